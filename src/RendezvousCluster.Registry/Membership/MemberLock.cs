using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Tells whether a cluster lives on a database, also to a node that reaches none of its members: each member holds a lock there as long as
/// it lives. A node that is about to found a cluster (the first seed when no other one answers it, a node without seeds at once) looks
/// before: of two clusters, each would serve what the other does not know of.
/// </summary>
/// <remarks>
/// The lock belongs to a session of the database, so nobody has to clean up: it goes with the connection of a node that dies, and where no
/// end of it becomes known, with the silence of a few seconds that the session allows. A member whose session breaks takes the lock again
/// as soon as it can. In between the lock is not held; it guards a start, which takes longer. Nothing else hangs on it: the journal's own
/// fence keeps what is acknowledged safe.
/// </remarks>
internal sealed partial class MemberLock(IDatabaseServer server, string store, ILogger logger) : IAsyncDisposable
{
    /// <summary>How often a member makes sure that its session lives, and after what pause it opens another.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>A session that says nothing for longer is over: its member is dead, or cut off from the database.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource _stop = new();
    private Task _holding = Task.CompletedTask;

    /// <summary>That of the members that keep their data in a store, which is prepared; null when it has one node only.</summary>
    public static MemberLock? On(IRegistryStore? store, ILogger logger) =>
        store is { Server: { } server } ? new MemberLock(server, store.Identity, logger) : null;

    /// <summary>Whether some member holds it.</summary>
    /// <exception cref="RegistryStartException">The database cannot be asked.</exception>
    public async Task<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = server.CreateConnection();
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await server.HasMembersAsync(connection, store, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfServer(exception))
        {
            throw new RegistryStartException(server.Explain(exception), exception);
        }
    }

    /// <summary>How many hold it; null when the database cannot be asked.</summary>
    public async Task<int?> TryCountAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ServerStore.AnswerTimeout);
        try
        {
            await using DbConnection connection = server.CreateConnection();
            await connection.OpenAsync(limit.Token).ConfigureAwait(false);
            return await server.CountMembersAsync(connection, store, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (IsOfServer(exception) || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Waits until nobody holds it.</summary>
    /// <returns>False when somebody still does after <paramref name="timeout"/>.</returns>
    /// <exception cref="RegistryStartException">The database cannot be asked.</exception>
    public async Task<bool> IsReleasedAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (await IsHeldAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                return false;
            }

            await Task.Delay(LookInterval / 4, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>
    /// Holds it from now on, beside the other members. To be called once; when it was let go of already, nothing happens.
    /// </summary>
    public void Hold() => _holding = _stop.IsCancellationRequested ? Task.CompletedTask : HoldAsync(_stop.Token);

    /// <summary>Lets go of it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _holding.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static bool IsOfServer(Exception exception) => exception is DbException or SocketException or TimeoutException or IOException;

    private async Task HoldAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await HoldOnceAsync(stop).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsOfServer(exception) || exception is OperationCanceledException or InvalidOperationException)
            {
                if (!stop.IsCancellationRequested)
                {
                    LogNotHeld(logger, server.Explain(exception));
                    await PauseAsync(stop).ConfigureAwait(false);
                }
            }
        }
    }

    // Ends with an exception only.
    private async Task HoldOnceAsync(CancellationToken stop)
    {
        await using DbConnection connection = server.CreateConnection();
        await connection.OpenAsync(stop).ConfigureAwait(false);
        await server.EnterMemberAsync(connection, store, LongestSilence, stop).ConfigureAwait(false);
        LogHeld(logger);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        command.CommandTimeout = (int)ServerStore.AnswerTimeout.TotalSeconds;
        using var timer = new PeriodicTimer(LookInterval);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            await command.ExecuteScalarAsync(stop).ConfigureAwait(false);
        }
    }

    private static async Task PauseAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(LookInterval);
        try
        {
            await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return; // the loop sees it
        }
    }

    [LoggerMessage(2060, LogLevel.Debug, "The database knows that this node is a member")]
    private static partial void LogHeld(ILogger logger);

    [LoggerMessage(2061, LogLevel.Debug, "The database does not know that this node is a member: {Reason}")]
    private static partial void LogNotHeld(ILogger logger, string reason);
}
