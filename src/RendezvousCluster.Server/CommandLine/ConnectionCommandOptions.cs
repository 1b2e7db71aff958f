using System.CommandLine;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>The options of the command line that bound how many connections there may be; the others are settings only.</summary>
internal static class ConnectionCommandOptions
{
    private static readonly Option<int> Total = new("--max-connections")
    {
        Description = "How many connections there may be in all. [default: 20000, or as many as the process may open files for]",
        HelpName = "count",
    };

    private static readonly Option<int> PerAddress = new("--max-connections-per-address")
    {
        Description = "How many connections one IP address may have (IPv6: one /56); loopback is not counted. [default: 64]",
        HelpName = "count",
    };

    /// <summary>All of them.</summary>
    public static readonly Option[] All = [Total, PerAddress];

    /// <summary>Lays the options that were given over those of the configuration.</summary>
    public static void Apply(ParseResult result, ServerOptions options)
    {
        if (result.GetResult(Total) is { Implicit: false })
        {
            options.Limits.MaxConnections = result.GetValue(Total);
        }

        if (result.GetResult(PerAddress) is { Implicit: false })
        {
            options.Limits.MaxConnectionsPerIp = result.GetValue(PerAddress);
        }
    }
}
