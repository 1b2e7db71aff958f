using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Options;

/// <summary>What settings cannot be together, each of which could be by itself.</summary>
/// <param name="Sentence">What is wrong, and what to change.</param>
/// <param name="Keys">The settings that it is about.</param>
internal sealed record RuleFault(string Sentence, string[] Keys);

/// <summary>
/// What the settings must be to one another. The row of each in the table says what it must be by itself, which is checked before; a rule
/// does not say it again.
/// </summary>
internal static class ServerRules
{
    /// <summary>What cannot work; nothing when all can.</summary>
    public static IReadOnlyList<RuleFault> Check(ServerOptions options) =>
    [
        .. CheckStorage(options),
        .. ClusterRules.Check(options),
        .. CheckTimesToLive(options),
        .. OfGroup(options.Registrations.Validate(), ""),
        .. OfGroup(options.Upkeep.Validate(), "Upkeep:"),
        .. OfGroup(TimesToLiveApart(options), "Limits:"),
        .. OfGroup(CheckConnections(options.Libp2p.Limits), "Libp2p:Limits:"),
    ];

    private static IEnumerable<RuleFault> CheckStorage(ServerOptions options)
    {
        RegistryStorage storage = options.StorageOrDefault;
        if (options.EnableMemoryDatabase && storage.OutlivesProcess())
        {
            yield return new(
                $"enable-memory-database: storage is {storage.Name()}; leave one of the two out.",
                [nameof(ServerOptions.EnableMemoryDatabase), nameof(ServerOptions.Storage)]);
        }

        if (options is { ConnectionString: not null, ConnectionStringFile: not null })
        {
            yield return new(
                "connection-string: it is given itself and as a file; leave one of the two out.",
                [nameof(ServerOptions.ConnectionString), nameof(ServerOptions.ConnectionStringFile)]);
        }

        string[] keys =
        [
            nameof(ServerOptions.Roles), nameof(ServerOptions.Storage), nameof(ServerOptions.EnableMemoryDatabase),
            nameof(ServerOptions.ConnectionString), nameof(ServerOptions.ConnectionStringFile),
        ];
        bool given = options.ConnectionString is not null || options.ConnectionStringFile is not null;
        if (!options.IsRegistry)
        {
            if (given || options.Storage is not null)
            {
                yield return new("storage, connection-string: a node without the role registry keeps no data; leave them out.", keys);
            }
        }
        else if (storage.NeedsConnectionString() && !given)
        {
            yield return new(
                $"connection-string: storage {storage.Name()} needs one; set Rendezvous__ConnectionString, or name a file with "
                + "--connection-string-file.",
                keys);
        }
        else if (given && !storage.NeedsConnectionString())
        {
            yield return new(
                $"connection-string: storage {storage.Name()} uses none; say --storage "
                + $"{RegistryStorageCapabilities.Names(kind => kind.NeedsConnectionString())}.",
                keys);
        }
    }

    private static IEnumerable<RuleFault> CheckTimesToLive(ServerOptions options)
    {
        if (options.Limits.MinTtlSeconds > options.Limits.MaxTtlSeconds)
        {
            yield return new(
                $"min-ttl ({options.Limits.MinTtlSeconds}) is above max-ttl ({options.Limits.MaxTtlSeconds}).",
                ["MinTtlSeconds", "MaxTtlSeconds"]);
        }
    }

    // A range of times to live that is upside down has been reported already.
    private static IEnumerable<string> TimesToLiveApart(ServerOptions options) =>
        options.Limits.Validate().Where(sentence => !sentence.StartsWith("MaxTtlSeconds", StringComparison.Ordinal));

    // Sentences of a group of options about itself, which begin with the name of a property.
    private static IEnumerable<RuleFault> OfGroup(IEnumerable<string> sentences, string section) =>
        sentences.Select(sentence => new RuleFault(section + sentence, [section + sentence.Split(' ')[0]]));

    // A connection at its cap always fits into the node, and a stream's window into its connection.
    private static IEnumerable<string> CheckConnections(Libp2pLimits limits)
    {
        if (limits.FirstByteTimeout > limits.UpgradeTimeout)
        {
            yield return $"{nameof(limits.FirstByteTimeout)} is {limits.FirstByteTimeout}; with {nameof(limits.UpgradeTimeout)} at "
                + $"{limits.UpgradeTimeout} it must be at most that.";
        }

        if (limits.MaxHeldBytes < 4L * limits.MaxReceiveBytesPerConnection)
        {
            yield return $"{nameof(limits.MaxHeldBytes)} is {limits.MaxHeldBytes}; with {nameof(limits.MaxReceiveBytesPerConnection)} at "
                + $"{limits.MaxReceiveBytesPerConnection} it must be at least {4L * limits.MaxReceiveBytesPerConnection}.";
        }

        if (limits.YamuxWindowBytes > limits.MaxReceiveBytesPerConnection)
        {
            yield return $"{nameof(limits.YamuxWindowBytes)} is {limits.YamuxWindowBytes}; it must be at most "
                + $"{nameof(limits.MaxReceiveBytesPerConnection)}, which is {limits.MaxReceiveBytesPerConnection}.";
        }
    }
}
