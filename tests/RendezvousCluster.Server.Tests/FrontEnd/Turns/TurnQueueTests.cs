using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Protocol;
using RendezvousCluster.Server.FrontEnd.Turns;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd.Turns;

public sealed class TurnQueueTests : IDisposable
{
    private static readonly TimeSpan Lapse = new RendezvousLimits().UnsentTurnTimeout;

    private readonly FakeTimeProvider _time = new();
    private readonly TestPeer _peer = new();
    private readonly FakePeerConnection _connection;
    private readonly TurnQueue _turns;
    private readonly TurnPlace _place;

    public TurnQueueTests()
    {
        _connection = new FakePeerConnection(_peer.KeyPair.PublicKey, Multiaddr.Parse("/ip4/198.51.100.1/tcp/4001"));
        _turns = new TurnQueue(new RendezvousLimits { MaxWorkUnitsPerProcessor = 4, MaxRequestsInFlightPerNode = 2 }, processors: 1, _time);
        _place = _turns.Open(_connection);
    }

    [Fact]
    public async Task A_request_that_waits_goes_on_when_the_one_before_has_ended()
    {
        Turn first = await FillAsync();
        Turn second = NewTurn();
        Task<bool> waiting = _turns.BeginAsync(second, 1, CancellationToken.None).AsTask();
        Assert.Equal((false, TurnWait.Others, 1), (waiting.IsCompleted, second.WaitedFor, _turns.Waiting));

        _turns.End(first);

        Assert.True(await waiting.Within());
        Assert.Equal((TurnWait.None, true, true), (first.WaitedFor, first.HasBegun, second.HasBegun));
    }

    [Fact]
    public async Task A_request_that_gives_up_waiting_is_gone_and_has_no_turn()
    {
        Turn first = await FillAsync();
        Turn second = NewTurn();
        using var cancel = new CancellationTokenSource();
        Task<bool> waiting = _turns.BeginAsync(second, 1, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within());
        _turns.End(second);
        _turns.End(first);
        Assert.Equal((0, 3, false), (_turns.Waiting, _turns.Units, second.HasBegun));
    }

    [Fact]
    public async Task A_request_too_many_is_refused_at_once()
    {
        await FillAsync();
        Task<bool>[] waiting = [.. Enumerable.Range(0, 2).Select(_ => _turns.BeginAsync(NewTurn(), 1, CancellationToken.None).AsTask())];

        Assert.False(await _turns.BeginAsync(NewTurn(), 1, CancellationToken.None).AsTask().Within());
        Assert.All(waiting, task => Assert.False(task.IsCompleted));

        // Of somebody else, the place of the last one is taken.
        using var other = new FakePeerConnection(_peer.KeyPair.PublicKey, Multiaddr.Parse("/ip4/203.0.113.1/tcp/4001"));
        Task<bool> newcomer = _turns.BeginAsync(new Turn(_turns.Open(other), isPage: true), 1, CancellationToken.None).AsTask();
        Assert.False(await waiting[1].Within());
        Assert.Equal((false, false), (newcomer.IsCompleted, waiting[0].IsCompleted));
    }

    [Fact]
    public async Task A_page_that_is_being_written_keeps_its_turn_for_a_moment()
    {
        Turn turn = NewTurn();
        Assert.True(await _turns.BeginAsync(turn, TurnOrder.FullPageUnits, CancellationToken.None));
        _turns.EndSoon(turn);
        _time.Advance(Lapse - TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(0, _turns.Units);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _turns.Units);
        _turns.End(turn);
        Assert.Equal(0, _turns.Units);
    }

    [Fact]
    public async Task Pages_wait_while_their_peer_does_not_read_those_before()
    {
        int cap = new RendezvousLimits().MaxUnsentBytesPerConnection;
        _turns.AddUnsent(_place, cap + 1);
        Turn turn = NewTurn();
        Task<bool> waiting = _turns.BeginAsync(turn, 1, CancellationToken.None).AsTask();
        Assert.Equal((false, TurnWait.OwnPeer), (waiting.IsCompleted, turn.WaitedFor));

        _turns.AddUnsent(_place, -1);

        Assert.True(await waiting.Within());
    }

    [Fact]
    public async Task The_place_of_a_connection_ends_with_it()
    {
        Assert.Equal(3, _turns.Places);
        await _connection.CloseAsync();
        await Eventually.EqualAsync(0, () => _turns.Places);
    }

    public void Dispose() => _connection.Dispose();

    private Turn NewTurn() => new(_place, isPage: true);

    /// <summary>Takes up all there is; answers one of those who do.</summary>
    private async Task<Turn> FillAsync()
    {
        Turn[] turns = [.. Enumerable.Range(0, 4).Select(_ => NewTurn())];
        foreach (Turn turn in turns)
        {
            Assert.True(await _turns.BeginAsync(turn, 1, CancellationToken.None));
        }

        return turns[0];
    }
}
