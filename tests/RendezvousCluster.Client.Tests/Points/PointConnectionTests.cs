using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Client.Tests.Points;

public sealed class PointConnectionTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly ClientFixture _fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Callers_at_once_share_one_dial()
    {
        await using PointConnection connection = Create();
        var go = new TaskCompletionSource();
        _fixture.Node.BeforeDial = (_, token) => go.Task.WaitAsync(token);

        Task<IPeerConnection>[] callers = [.. Enumerable.Range(0, 5).Select(_ => connection.GetAsync(default))];
        go.SetResult();

        Assert.Single((await Task.WhenAll(callers).Within()).Distinct());
        Assert.Equal(1, _fixture.Point.Dials);
    }

    [Fact]
    public async Task A_caller_who_gives_up_leaves_the_dial_to_the_others()
    {
        await using PointConnection connection = Create();
        var go = new TaskCompletionSource();
        _fixture.Node.BeforeDial = (_, token) => go.Task.WaitAsync(token);
        using var source = new CancellationTokenSource();

        Task<IPeerConnection> impatient = connection.GetAsync(source.Token);
        Task<IPeerConnection> patient = connection.GetAsync(default);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient).Within();

        go.SetResult();
        await patient.Within();
    }

    [Fact]
    public async Task The_addresses_of_a_point_are_tried_in_order()
    {
        string dead = $"/ip4/203.0.113.1/tcp/1/p2p/{_fixture.Point.Peer.Id}";
        var tried = new List<string>();
        _fixture.Node.BeforeDial = (address, _) =>
        {
            tried.Add(address.ToString());
            return address.ToString() == dead ? throw new Libp2p.Transports.TransportException("dead") : Task.CompletedTask;
        };
        await using var connection = new PointConnection(RendezvousPoint.ParseAll([dead, _fixture.Point.Address])[0], _fixture.Context);

        await connection.GetAsync(default).Within();

        Assert.Equal([dead, _fixture.Point.Address], tried);
    }

    [Fact]
    public async Task When_no_address_works_the_error_has_the_last_reason_and_the_next_call_dials_anew()
    {
        await using PointConnection connection = Create();
        _fixture.Point.IsDown = true;
        PointUnreachableException exception =
            await Assert.ThrowsAsync<PointUnreachableException>(() => connection.GetAsync(default)).Within();
        Assert.Contains("The scripted point is down.", exception.Message);
        Assert.True(exception.NothingSent);

        _fixture.Point.IsDown = false;
        await connection.GetAsync(default).Within();
    }

    [Fact]
    public async Task A_lost_connection_is_reported_once_and_dialled_anew()
    {
        await using PointConnection connection = Create();
        int lost = 0;
        connection.Lost += (_, _) => lost++;
        IPeerConnection first = await connection.GetAsync(default).Within();

        await _fixture.Point.CutAsync();

        Assert.Equal(1, lost);
        Assert.NotSame(first, await connection.GetAsync(default).Within());
    }

    [Fact]
    public async Task A_dropped_connection_is_closed()
    {
        await using PointConnection connection = Create();
        IPeerConnection first = await connection.GetAsync(default).Within();

        await connection.DropAsync(first);

        Assert.True(first.Closed.IsCancellationRequested);
        Assert.NotSame(first, await connection.GetAsync(default).Within());
    }

    [Fact]
    public async Task Disposing_closes_and_ends_a_dial_under_way()
    {
        PointConnection open = Create();
        IPeerConnection connection = await open.GetAsync(default).Within();
        PointConnection dialling = Create();
        _fixture.Node.BeforeDial = (_, token) => new TaskCompletionSource().Task.WaitAsync(token);
        Task<IPeerConnection> dial = dialling.GetAsync(default);

        await open.DisposeAsync();
        await dialling.DisposeAsync();

        Assert.True(connection.Closed.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dial).Within();
    }

    private PointConnection Create() => new(_fixture.Point.Point, _fixture.Context);
}
