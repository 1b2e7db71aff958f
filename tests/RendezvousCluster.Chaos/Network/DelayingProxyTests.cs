using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Chaos.Network;

public sealed class DelayingProxyTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly TcpListener _target = new(IPAddress.Loopback, 0);
    private readonly TcpClient _client = new();
    private DelayingProxy _proxy = null!;
    private TcpClient _server = null!;
    private NetworkStream _near = null!;
    private NetworkStream _far = null!;

    public async Task InitializeAsync()
    {
        _target.Start();
        _proxy = new DelayingProxy(IPAddress.Loopback, (IPEndPoint)_target.LocalEndpoint, seed: 1, _time);
        await _client.ConnectAsync(_proxy.Address).Within();
        _server = await _target.AcceptTcpClientAsync().Within();
        (_near, _far) = (_client.GetStream(), _server.GetStream());
    }

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task Without_a_delay_bytes_pass_both_ways()
    {
        Random random = SeededRandom.Create(out int _);
        byte[] up = new byte[300_000], down = new byte[200_000];
        random.NextBytes(up);
        random.NextBytes(down);

        Task sending = Task.WhenAll(_near.WriteAsync(up).AsTask(), _far.WriteAsync(down).AsTask());

        Assert.Equal(up, await ReadAsync(_far, up.Length));
        Assert.Equal(down, await ReadAsync(_near, down.Length));
        await sending.Within();
    }

    [Fact]
    public async Task Sent_bytes_arrive_when_they_are_due()
    {
        _proxy.Delay(Longest);
        await _near.WriteAsync(new byte[] { 1 });
        DateTimeOffset sent = _time.GetUtcNow();
        Task<byte[]> arrived = ReadAsync(_far, 1);

        await Eventually.EqualAsync(true, () =>
        {
            _time.Advance(arrived.IsCompleted ? TimeSpan.Zero : Step);
            return arrived.IsCompleted;
        });

        Assert.Equal([1], await arrived);
        Assert.True(_time.GetUtcNow() - sent >= Longest / 2);
    }

    [Fact]
    public async Task A_delay_that_is_over_holds_nothing_back_any_more()
    {
        _proxy.Delay(Longest);
        _proxy.Delay(TimeSpan.Zero);

        await _far.WriteAsync(new byte[] { 2 });

        Assert.Equal([2], await ReadAsync(_near, 1));
    }

    [Fact]
    public async Task The_end_of_one_direction_is_passed_on_and_the_other_stays_open()
    {
        _client.Client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await _far.ReadAsync(new byte[1]).Within());
        await _far.WriteAsync(new byte[] { 3 });
        Assert.Equal([3], await ReadAsync(_near, 1));
    }

    [Fact]
    public async Task A_connection_that_breaks_on_one_side_breaks_on_the_other()
    {
        _server.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        _server.Client.Dispose();

        await Assert.ThrowsAsync<IOException>(() => _near.ReadAsync(new byte[1]).Within());
    }

    [Fact]
    public async Task Its_end_breaks_what_is_open()
    {
        await _proxy.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(() => _near.ReadAsync(new byte[1]).Within());
        await Assert.ThrowsAsync<IOException>(() => _far.ReadAsync(new byte[1]).Within());
    }

    [Fact]
    public async Task A_connection_to_a_port_that_nobody_listens_at_breaks()
    {
        await using var proxy =
            new DelayingProxy(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, TestDatabaseServer.FreePort()), seed: 1, _time);
        using var client = new TcpClient();
        await client.ConnectAsync(proxy.Address).Within();

        await Assert.ThrowsAsync<IOException>(() => client.GetStream().ReadAsync(new byte[1]).Within());
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).Within();
        return bytes;
    }
}
