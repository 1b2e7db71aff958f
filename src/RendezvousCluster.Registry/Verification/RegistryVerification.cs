using System.Data.Common;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Verification;

/// <summary>
/// Reads all that a registry keeps, and says what is missing or damaged, in the words in which a start and a running server say it. It
/// changes no event and no snapshot.
/// </summary>
/// <remarks>Files are opened as a start opens them, so a server that runs on them has to be stopped before; one on a database need not be.
/// </remarks>
public static class RegistryVerification
{
    /// <summary>So many faults get a line; of more the last line but one says how many there are.</summary>
    internal const int MostLines = 100;

    /// <summary>Verifies.</summary>
    /// <param name="options">Where the registry keeps its data.</param>
    /// <param name="tell">Gets a line for each fault, and one at the end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether nothing is wrong.</returns>
    /// <exception cref="RegistryStartException">A server would not start on it; the message says why in one line.</exception>
    public static async Task<bool> RunAsync(RegistryOptions options, Action<string> tell, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tell);
        using IRegistryStore store = RegistryStores.Create(
            options.Storage, options.DataDirectory, options.ConnectionString, options.AcceptLoss);
        await store.PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await RunAsync(store, tell, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same of a store that is prepared.</summary>
    internal static async Task<bool> RunAsync(IRegistryStore store, Action<string> tell, CancellationToken cancellationToken)
    {
        int faults = 0;
        void Tell(string fault)
        {
            if (++faults <= MostLines)
            {
                tell(fault);
            }
        }

        foreach (string damage in await store.FindDamageAsync(cancellationToken).ConfigureAwait(false))
        {
            Tell(damage);
        }

        (int events, int snapshots, int journals) = store is { Events: { } eventData, Snapshots: { } snapshotData }
            ? await ReadAsync(eventData, snapshotData, Tell, cancellationToken).ConfigureAwait(false)
            : default;
        if (faults > MostLines)
        {
            tell($"There are {faults - MostLines} more.");
        }

        string held = $"{events} events and {snapshots} snapshots of {journals} journals";
        tell(faults == 0 ? $"{held} are whole." : $"{held} were read; {faults} faults were found.");
        return faults == 0;
    }

    private static async Task<(int Events, int Snapshots, int Journals)> ReadAsync(
        StoreDatabase eventData, StoreDatabase snapshotData, Action<string> tell, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<string, long>();
        int snapshots = 0;
        string behind = "at its beginning";
        try
        {
            await foreach ((string id, long sequence, object read) in StoredRows.SnapshotsAsync(snapshotData, cancellationToken)
                .ConfigureAwait(false))
            {
                snapshots++;
                behind = $"behind that of {id} at event {sequence}";
                string? damage = (read as UnreadableSnapshot)?.Reason ?? (read as UnreadableEvent)?.Reason;
                if (damage is null)
                {
                    newest[id] = sequence;
                }
                else
                {
                    tell($"The snapshot of {id} at event {sequence} in the table 'snapshot' is damaged: {damage}");
                }
            }
        }
        catch (DbException exception)
        {
            tell($"The table 'snapshot' cannot be read {behind}: {exception.Message}");
        }

        var check = new JournalCheck(newest);
        behind = "at its beginning";
        try
        {
            await foreach ((string id, long sequence, object? read) in StoredRows.EventsAsync(eventData, cancellationToken)
                .ConfigureAwait(false))
            {
                behind = $"behind event {sequence} of {id}";
                foreach (string fault in check.Next(id, sequence, read))
                {
                    tell(fault);
                }
            }

            foreach (string fault in check.End())
            {
                tell(fault);
            }
        }
        catch (DbException exception)
        {
            tell($"The table 'journal' cannot be read {behind}: {exception.Message}");
        }

        return (check.Events, snapshots, check.Journals);
    }
}
