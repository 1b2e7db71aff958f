using System.Data;
using Akka.Actor.Setup;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// How <see cref="RegistryJournal"/> and <see cref="RegistrySnapshotStore"/> open their databases; beside the configuration, so that no
/// secret stands there.
/// </summary>
/// <param name="events">Where the events are.</param>
/// <param name="snapshots">Where the snapshots are.</param>
/// <param name="newTransactions">Opens what rows are written with.</param>
/// <param name="fault">As <see cref="IRegistryStore.Fault"/>.</param>
internal sealed class JournalDataSetup(
    StoreDatabase events,
    StoreDatabase snapshots,
    Func<IsolationLevel, IJournalTransactions> newTransactions,
    Func<string?> fault) : Setup
{
    /// <summary>Where the events are.</summary>
    public StoreDatabase Events => events;

    /// <summary>Where the snapshots are.</summary>
    public StoreDatabase Snapshots => snapshots;

    /// <summary>Opens what rows are written with.</summary>
    public Func<IsolationLevel, IJournalTransactions> NewTransactions => newTransactions;

    /// <summary>As <see cref="IRegistryStore.Fault"/>.</summary>
    public Func<string?> Fault => fault;
}
