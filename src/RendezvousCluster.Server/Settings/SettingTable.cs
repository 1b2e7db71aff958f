using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings.Table;

namespace RendezvousCluster.Server.Settings;

/// <summary>
/// Every setting of the server, once. A new one is a new row, in the part that it belongs to; the command line, files, variables, the
/// check, the help and the page about configuration have it then.
/// </summary>
internal static class SettingTable
{
    private static readonly SettingPart[] AllParts =
    [
        new("The point", PointSettings.Rows),
        new("Storage", StorageSettings.Rows),
        new("The cluster", ClusterSettings.Rows),
        new("Registrations", RegistrationSettings.Rows),
        new("Clients of other kinds", ClientKindSettings.Rows),
        new("Health, traces and logs", WatchingSettings.Rows),
        new("Upkeep of the journal", UpkeepSettings.Rows),
        new("Limits of the rendezvous protocol", RendezvousLimitSettings.Rows),
        new("Limits of connections", ConnectionLimitSettings.Rows),
        new("Limits of libp2p", Libp2pLimitSettings.Rows),
    ];

    private static readonly Dictionary<string, Setting> ByKey = AllParts.SelectMany(part => part.Rows)
        .SelectMany(row => row.OtherKeys.Append(row.Key).Select(key => (key, row)))
        .ToDictionary(named => named.key, named => named.row, StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string[]> Sections = ByKey.Keys
        .SelectMany(key => Steps(key).Select((step, index) => (Section: string.Join(':', Steps(key)[..index]), Name: step)))
        .GroupBy(member => member.Section, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(
            section => section.Key,
            section => section.Select(member => member.Name).Distinct(StringComparer.OrdinalIgnoreCase).ToArray(),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>The table in its parts.</summary>
    public static IReadOnlyList<SettingPart> Parts => AllParts;

    /// <summary>All rows.</summary>
    public static IEnumerable<Setting> All => AllParts.SelectMany(part => part.Rows);

    /// <summary>All keys that are taken, below the section.</summary>
    public static IEnumerable<string> Keys => ByKey.Keys;

    /// <summary>The row of a key, in letters of any case; null for an unknown key.</summary>
    public static Setting? Find(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>The row of a key that must be there.</summary>
    public static Setting Get(string key) => ByKey[key];

    /// <summary>The names in a section below <c>Rendezvous</c>, whose own is empty; null when it is not a section.</summary>
    public static IReadOnlyList<string>? NamesIn(string section) => Sections.GetValueOrDefault(section);

    /// <summary>A key as it stands in files, with the section.</summary>
    public static string PathOf(string key) => $"{ServerOptions.Section}:{key}";

    private static string[] Steps(string key) => key.Split(':');
}

/// <summary>Settings that belong together.</summary>
internal sealed record SettingPart(string Title, IReadOnlyList<Setting> Rows);
