using System.Data;
using Akka.Actor.Setup;
using LinqToDB;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// How <see cref="RegistryJournal"/> and <see cref="RegistrySnapshotStore"/> open their databases; beside the configuration, so that no
/// secret stands there.
/// </summary>
/// <param name="data">The events, for linq2db.</param>
/// <param name="snapshots">The snapshots, for linq2db.</param>
/// <param name="newTransactions">Opens what rows are written with.</param>
/// <param name="fault">As <see cref="IRegistryStore.Fault"/>.</param>
internal sealed class JournalDataSetup(
    DataOptions data,
    DataOptions snapshots,
    Func<IsolationLevel, IJournalTransactions> newTransactions,
    Func<string?> fault) : Setup
{
    /// <summary>The snapshots, for linq2db.</summary>
    public DataOptions Snapshots => snapshots;

    /// <summary>Opens what rows are written with.</summary>
    public Func<IsolationLevel, IJournalTransactions> NewTransactions => newTransactions;

    /// <summary>The events, for linq2db.</summary>
    public DataOptions Data => data;

    /// <summary>As <see cref="IRegistryStore.Fault"/>.</summary>
    public Func<string?> Fault => fault;
}
