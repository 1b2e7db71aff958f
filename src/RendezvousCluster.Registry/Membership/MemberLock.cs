using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// The session in which a node holds its locks on the database, which are known also to nodes that reach none of the others. It keeps two:
/// the <i>member lock</i>, which each member holds as long as it lives, beside the others; and the <i>seat</i>, which one node alone can
/// hold. A node founds a cluster only if nobody holds the member lock and it gets the seat; and half of a cluster goes on without the other
/// half only if the seat is on its side (<see cref="TieBreak"/>). Of two clusters, each would serve what the other does not know of.
/// </summary>
/// <remarks>
/// <para>
/// Locks belong to a session of the database, so nobody has to clean up: they go with the connection of a node that dies, and where no
/// end of it becomes known, with the silence of a few seconds that the session allows. A node whose session breaks takes them again as soon
/// as it can. In between they are not held. Another node may get the seat then, and this one does not get it back: who asks for the seat
/// learns that anew each time.
/// </para>
/// <para>
/// The locks decide who goes on, and never who may acknowledge: the journal's own fence keeps what is acknowledged safe.
/// </para>
/// </remarks>
internal sealed partial class MemberLock(IDatabaseServer server, string store, ILogger logger) : IAsyncDisposable
{
    /// <summary>How often a node makes sure that its session lives, and after what pause it opens another.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>A session that says nothing for longer is over: its node is dead, stands still, or is cut off from the database.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _using = new(1, 1);
    private readonly Lock _starting = new();
    private Task? _keeping;

    // The wishes of the node, and what its session has of them; the session is used by one at a time.
    private volatile bool _isMember;
    private volatile bool _wantsSeat;
    private DbConnection? _session;
    private bool _isEntered;
    private bool _hasSeat;

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

    /// <summary>
    /// How many hold it, asked in the session of this node; null while the session is not open, or when the database does not
    /// answer in it.
    /// </summary>
    public Task<int?> TryCountAsync(CancellationToken cancellationToken) => UseSessionAsync<int>(
        session => server.CountMembersAsync(session, store, cancellationToken), cancellationToken);

    /// <summary>
    /// Holds the member lock from now on, beside the other members. When it was let go of already, nothing happens.
    /// </summary>
    public void Hold()
    {
        _isMember = true;
        Start();
    }

    /// <summary>
    /// Takes the seat, or makes sure that this node has it. From then on it is taken again when the session breaks and another node has not
    /// got it meanwhile.
    /// </summary>
    /// <returns>Whether this node has it now; null when the database does not say.</returns>
    public Task<bool?> TryTakeSeatAsync(CancellationToken cancellationToken)
    {
        Start();
        return UseSessionAsync<bool>(
            async session => _wantsSeat = await LookAtSeatAsync(session, cancellationToken).ConfigureAwait(false), cancellationToken);
    }

    /// <summary>Leaves the seat to others, if this node has it.</summary>
    public Task LeaveSeatAsync(CancellationToken cancellationToken)
    {
        _wantsSeat = false;
        return UseSessionAsync<bool>(
            async session =>
            {
                if (_hasSeat)
                {
                    _hasSeat = false;
                    await server.LeaveSeatAsync(session, store, cancellationToken).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);
    }

    /// <summary>Lets go of all.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await (_keeping ?? Task.CompletedTask).ConfigureAwait(false);
        _stop.Dispose();
        _using.Dispose();
    }

    private static bool IsOfServer(Exception exception) => exception is DbException or SocketException or TimeoutException or IOException;

    // Null while the session is not open, or when this ends it. Nothing is cancelled because of the time that it takes: a driver that has
    // to tell a database of it that is cut off blocks a thread for seconds. The commands have their own limits.
    private async Task<T?> UseSessionAsync<T>(Func<DbConnection, Task<T>> use, CancellationToken cancellationToken)
        where T : struct
    {
        await _using.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _session is { } session ? await use(session).ConfigureAwait(false) : null;
        }
        catch (Exception exception) when (IsOfServer(exception) || exception is InvalidOperationException)
        {
            LogNotHeld(logger, server.Explain(exception)); // the session is opened anew by those who keep it
            return null;
        }
        finally
        {
            _using.Release();
        }
    }

    private void Start()
    {
        lock (_starting)
        {
            if (!_stop.IsCancellationRequested)
            {
                _keeping ??= KeepAsync(_stop.Token);
            }
        }
    }

    private async Task KeepAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await KeepSessionAsync(stop).ConfigureAwait(false);
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

    // Ends with an exception only. Nobody uses the session before it is open: who asks for the seat waits for that.
    private async Task KeepSessionAsync(CancellationToken stop)
    {
        await _using.WaitAsync(stop).ConfigureAwait(false);
        bool isUsed = true;
        DbConnection session = server.CreateSession();
        try
        {
            await session.OpenAsync(stop).ConfigureAwait(false);
            await server.LimitSilenceAsync(session, LongestSilence, stop).ConfigureAwait(false);
            _session = session;
            using var timer = new PeriodicTimer(LookInterval);
            do
            {
                if (!isUsed)
                {
                    await _using.WaitAsync(stop).ConfigureAwait(false);
                    isUsed = true;
                }

                await LookAsync(session, stop).ConfigureAwait(false);
                _using.Release();
                isUsed = false;
            }
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        finally
        {
            if (!isUsed)
            {
                await _using.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }

            _session = null;
            _isEntered = _hasSeat = false;
            _using.Release();
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task LookAsync(DbConnection session, CancellationToken stop)
    {
        if (_isMember && !_isEntered)
        {
            await server.EnterMemberAsync(session, store, stop).ConfigureAwait(false);
            _isEntered = true;
            LogHeld(logger);
        }
        else
        {
            await AnswersAsync(session, stop).ConfigureAwait(false);
        }

        if (_wantsSeat && !_hasSeat)
        {
            await LookAtSeatAsync(session, stop).ConfigureAwait(false);
        }
    }

    private async Task<bool> LookAtSeatAsync(DbConnection session, CancellationToken cancellationToken)
    {
        if (_hasSeat)
        {
            await AnswersAsync(session, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _hasSeat = await server.TryTakeSeatAsync(session, store, cancellationToken).ConfigureAwait(false);
        }

        return _hasSeat;
    }

    private static async Task AnswersAsync(DbConnection session, CancellationToken cancellationToken)
    {
        await using DbCommand command = session.CreateCommand();
        command.CommandText = "SELECT 1";
        command.CommandTimeout = (int)ServerStore.AnswerTimeout.TotalSeconds;
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
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
