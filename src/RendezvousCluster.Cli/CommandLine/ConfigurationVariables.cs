using System.Collections;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// Looks at environment variables that begin like the tool's and are not read. Other programs may have names with the same begin,
/// and the server has, so only one that is like a setting is a mistake.
/// </summary>
internal static class ConfigurationVariables
{
    /// <summary>How the names of the tool's variables begin.</summary>
    public const string Prefix = "RENDEZVOUS_";

    private const string Delimiter = "__";
    private const string ServerPrefix = "RENDEZVOUS__";

    /// <summary>Everything that is wrong with some variables, a sentence each.</summary>
    public static IReadOnlyList<string> FaultsOf(IDictionary environment) =>
    [
        .. from name in environment.Keys.Cast<string>().Order(StringComparer.Ordinal)
           where name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
               && !name.StartsWith(ServerPrefix, StringComparison.OrdinalIgnoreCase)
           let fault = FaultOf(name, name[Prefix.Length..].Split(Delimiter))
           where fault is not null
           select $"The environment variable {name} {fault}.",
    ];

    private static string? FaultOf(string name, string[] steps) => ConfigurationFile.KeyOf(steps[0]) switch
    {
        null when ConfigurationFile.Nearest(steps[0]) is { } meant => $"is not read; '{Prefix}{Upper(meant)}' may be meant",
        ConfigurationFile.PointsKey when steps.Length == 1 => $"is a list: write {name}{Delimiter}0, {name}{Delimiter}1 and so on",
        ConfigurationFile.IdentityKey when steps.Length > 1 => $"is not read: '{Prefix}{Upper(steps[0])}' names a file",
        _ => null,
    };

    private static string Upper(string key) => key.ToUpperInvariant();
}
