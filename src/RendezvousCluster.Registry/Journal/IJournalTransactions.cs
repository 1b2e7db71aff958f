using System.Data.Common;

namespace RendezvousCluster.Registry.Journal;

/// <summary>Commits writes of several journals together. Disposing of it lets go of the database once what is under way is over.</summary>
internal interface IJournalTransactions : IDisposable
{
    /// <summary>Commits writes, of each journal one at most.</summary>
    /// <returns>
    /// For each write why it is not in the journal, or why nobody knows whether it is: <see cref="PredecessorMissingException"/>,
    /// <see cref="OwnerReplacedException"/>, or what the database says of this one alone; null when it is committed.
    /// </returns>
    /// <exception cref="DbException">The database does not take any of them, or nobody knows whether it did.</exception>
    Task<Exception?[]> CommitAsync(IReadOnlyList<JournalWrite> writes, CancellationToken cancellationToken);
}
