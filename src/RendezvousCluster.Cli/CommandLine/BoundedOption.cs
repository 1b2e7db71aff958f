using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// Makes options that take a number, each with bounds: what lies outside is refused before anything is done, in a sentence that names the
/// option and the bounds.
/// </summary>
internal static class BoundedOption
{
    /// <summary>Longest time that is waited or worked for, in seconds: a day.</summary>
    public const double MaxWaitSeconds = 24 * 60 * 60;

    /// <summary>A number of things.</summary>
    public static Option<int?> Count(string name, string description, int most, params string[] aliases) =>
        New(name, description, "number", 1, most, "", aliases);

    /// <summary>A time to live.</summary>
    public static Option<long?> Ttl(string description) =>
        New<long>("--ttl", description, "seconds", 1, RendezvousLimits.LongestTtlSeconds, " seconds");

    /// <summary>A time to wait or to work for.</summary>
    public static Option<double?> Wait(string name, string description, double least) =>
        New(name, description, "seconds", least, MaxWaitSeconds, " seconds");

    private static Option<T?> New<T>(
        string name, string description, string helpName, T least, T most, string unit, params string[] aliases)
        where T : struct, INumber<T> => new(name, aliases)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => Parse(result, name, least, most, unit),
        };

    private static T? Parse<T>(ArgumentResult result, string name, T least, T most, string unit)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        // No exponents, no white space, and no other words for infinity.
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (T.TryParse(text, Plain, CultureInfo.InvariantCulture, out T value) && value >= least && value <= most)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes from {least} to {most}{unit}; '{text}' is not that."));
        return null;
    }
}
