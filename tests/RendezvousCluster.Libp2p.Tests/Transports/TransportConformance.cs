using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Transports;

/// <summary>What every transport owes the host, over TCP as over WebSocket.</summary>
public abstract class TransportConformance : IAsyncLifetime
{
    private readonly TaskCompletionSource<RawConnection> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TestHostContext _host = new();
    private IListeningRawTransport? _transport;
    private ITransportListener? _listener;

    protected abstract Multiaddr ListenAddress { get; }

    private IListeningRawTransport Transport => _transport!;

    private ITransportListener Listener => _listener!;

    public async Task InitializeAsync()
    {
        _transport = Create(_host.Context);
        _listener = await Transport.ListenAsync(ListenAddress, HoldAsync, CancellationToken.None).Within();
    }

    public async Task DisposeAsync()
    {
        _release.TrySetResult();
        await Listener.DisposeAsync().Within();
        (Transport as IDisposable)?.Dispose();
    }

    [Fact]
    public void A_listener_says_the_address_that_it_is_bound_to()
    {
        Multiaddr bound = Assert.Single(Listener.Addresses);

        Assert.NotEqual("0", bound.ValueOf("tcp"));
        Assert.True(Transport.CanHandle(bound));
        Assert.Equal(ListenAddress.Components.Select(part => part.Name), bound.Components.Select(part => part.Name));
    }

    [Fact]
    public async Task Carries_bytes_both_ways_in_order()
    {
        (RawConnection dialled, RawConnection accepted) = await ConnectAsync();
        byte[] there = Sequence(200_000, step: 7);
        byte[] back = Sequence(150_000, step: 13);

        Task writing =
            Task.WhenAll(dialled.Transport.Output.WriteAsync(there).AsTask(), accepted.Transport.Output.WriteAsync(back).AsTask());
        Assert.Equal(there, await ReadAsync(accepted, there.Length));
        Assert.Equal(back, await ReadAsync(dialled, back.Length));
        await writing.Within();
        await dialled.DisposeAsync();
    }

    [Fact]
    public async Task A_disposed_end_is_the_end_of_the_other_ones_input()
    {
        (RawConnection dialled, RawConnection accepted) = await ConnectAsync();
        await dialled.Transport.Output.WriteAsync("last words"u8.ToArray()).Within();

        Task disposing = dialled.DisposeAsync().AsTask();
        byte[] words = await ReadAsync(accepted, 10);
        ReadResult end = await accepted.Transport.Input.ReadAsync().Within();
        _release.TrySetResult();

        Assert.Equal("last words"u8.ToArray(), words);
        Assert.True(end.IsCompleted);
        await disposing.Within();
    }

    [Fact]
    public async Task An_aborted_end_ends_the_other_one()
    {
        (RawConnection dialled, RawConnection accepted) = await ConnectAsync();

        dialled.Abort();

        await EndAsync(accepted).Within();
        _release.TrySetResult();
        await dialled.DisposeAsync().Within();
    }

    [Fact]
    public async Task The_accepted_end_knows_where_the_dialler_is()
    {
        (RawConnection dialled, RawConnection accepted) = await ConnectAsync();

        Assert.True(System.Net.IPAddress.IsLoopback(accepted.RemoteIp!));
        Assert.Equal("127.0.0.1", accepted.RemoteAddress.ValueOf("ip4"));
        Assert.Equal(Listener.Addresses[0], accepted.LocalAddress);
        Assert.Null(accepted.RemoteAddress.PeerId);
        _release.TrySetResult();
        await dialled.DisposeAsync().Within();
    }

    [Fact]
    public async Task A_bound_address_cannot_be_bound_again()
    {
        TransportException failure = await Assert.ThrowsAsync<TransportException>(
            () => Transport.ListenAsync(Listener.Addresses[0], HoldAsync, CancellationToken.None).Within());

        Assert.Contains(Listener.Addresses[0].ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialling_where_nobody_listens_fails()
    {
        Multiaddr address = Listener.Addresses[0];
        await Listener.DisposeAsync().Within();

        await Assert.ThrowsAsync<TransportException>(() => Transport.DialAsync(address, CancellationToken.None).Within());
    }

    [Fact]
    public async Task A_name_is_not_bound()
    {
        Multiaddr name = Multiaddr.Parse(ListenAddress.ToString().Replace("/ip4/127.0.0.1", "/dns4/localhost", StringComparison.Ordinal));

        await Assert.ThrowsAsync<TransportException>(() => Transport.ListenAsync(name, HoldAsync, CancellationToken.None).Within());
    }

    [Fact]
    public async Task A_name_is_dialled()
    {
        Multiaddr name =
            Multiaddr.Parse(Listener.Addresses[0].ToString().Replace("/ip4/127.0.0.1", "/dns4/localhost", StringComparison.Ordinal));

        RawConnection dialled = await Transport.DialAsync(name, CancellationToken.None).Within();
        await _accepted.Task.Within();
        _release.TrySetResult();
        await dialled.DisposeAsync().Within();
    }

    private protected abstract IListeningRawTransport Create(HostContext context);

    private static byte[] Sequence(int length, int step) => [.. Enumerable.Range(0, length).Select(index => (byte)(index * step))];

    private static async Task<byte[]> ReadAsync(RawConnection connection, int length)
    {
        ReadResult result = await connection.Transport.Input.ReadAtLeastAsync(length).Within();
        byte[] bytes = result.Buffer.Slice(0, length).ToArray();
        connection.Transport.Input.AdvanceTo(result.Buffer.GetPosition(length));
        return bytes;
    }

    private static async Task EndAsync(RawConnection connection)
    {
        try
        {
            while (await connection.Transport.Input.ReadAsync() is { IsCompleted: false } result)
            {
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
            }
        }
        catch (IOException exception)
        {
            // An abort may surface as a broken connection rather than as an end of input.
            Assert.NotNull(exception.Message);
        }
    }

    private async Task<(RawConnection Dialled, RawConnection Accepted)> ConnectAsync()
    {
        RawConnection dialled = await Transport.DialAsync(Listener.Addresses[0], CancellationToken.None).Within();
        return (dialled, await _accepted.Task.Within());
    }

    private async Task HoldAsync(RawConnection connection)
    {
        _accepted.TrySetResult(connection);
        await _release.Task;
    }
}
