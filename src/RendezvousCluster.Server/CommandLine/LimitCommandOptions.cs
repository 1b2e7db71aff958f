using System.CommandLine;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>The options of the command line that bound how many registrations there may be.</summary>
internal static class LimitCommandOptions
{
    private static readonly Option<int> PerPeer = new("--max-registrations-per-peer")
    {
        Description = "How many registrations one peer may have over all namespaces. [default: 1000]",
        HelpName = "count",
    };

    private static readonly Option<int> PerNamespace = new("--max-registrations-per-namespace")
    {
        Description = "How many registrations one namespace may have. [default: 100000]",
        HelpName = "count",
    };

    private static readonly Option<int> Total = new("--max-registrations")
    {
        Description = "How many registrations there may be in all; a million takes 0.6 GB of memory. [default: 1000000]",
        HelpName = "count",
    };

    /// <summary>All of them.</summary>
    public static readonly Option[] All = [PerPeer, PerNamespace, Total];

    /// <summary>Lays the options that were given over those of the configuration.</summary>
    public static void Apply(ParseResult result, ServerOptions options)
    {
        options.MaxRegistrationsPerPeer = Given(result, PerPeer, options.MaxRegistrationsPerPeer);
        options.MaxRegistrationsPerNamespace = Given(result, PerNamespace, options.MaxRegistrationsPerNamespace);
        options.MaxRegistrations = Given(result, Total, options.MaxRegistrations);
    }

    private static int Given(ParseResult result, Option<int> option, int otherwise) =>
        result.GetResult(option) is { Implicit: false } ? result.GetValue(option) : otherwise;
}
