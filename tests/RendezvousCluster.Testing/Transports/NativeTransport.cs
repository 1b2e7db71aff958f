using System.Globalization;
using System.Net;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Testing.Transports;

/// <summary>
/// A transport with a handshake and streams of its own, as QUIC has them: <c>/ip4|ip6/…/udp/…/quic-v1</c> on a <see cref="NativeNetwork"/>.
/// This assembly sees the public surface of the library only, so any application could bring such a transport.
/// </summary>
public sealed class NativeTransport(HostContext context, NativeNetwork network, IPAddress from) : IListeningTransport
{
    /// <summary>The key in <see cref="Libp2pOptions.Transports"/>, and what <see cref="ICapableConnection.Muxer"/> says.</summary>
    public const string Name = "native";

    private static readonly Multiaddr Suffix = Multiaddr.Parse("/quic-v1");

    /// <summary>Whether it looks who answers, as every transport should.</summary>
    public bool ChecksPeer { get; init; } = true;

    /// <summary>Whether it says how its connections are cut, as every transport should.</summary>
    public bool Watches { get; init; } = true;

    /// <summary>Whether its connections say that they ask a silent remote themselves; they never do.</summary>
    public bool AsksSilentRemotes { get; init; }

    public bool CanHandle(Multiaddr address) => TryGetEndPoint(address, out _);

    public async Task<ICapableConnection> DialAsync(Multiaddr address, ConnectionScope scope, CancellationToken cancellationToken)
    {
        NativeConnection connection = network.Connect(from, EndPointOf(address));
        connection.Begin(scope, context.Limits);
        connection.AsksSilentRemotes = AsksSilentRemotes;
        if (Watches)
        {
            context.Door.Watch(scope, connection.Cut, () => connection.HasReceived);
        }

        try
        {
            connection.Authenticate(await NativeHandshake.DialAsync(connection, context.Identity, cancellationToken));
            return !ChecksPeer || address.FinalPeerId is not { } expected || expected.Equals(connection.RemotePublicKey.PeerId)
                ? connection
                : throw new TransportException($"{connection.RemotePublicKey.PeerId} answered.");
        }
        catch
        {
            connection.Cut();
            throw;
        }
    }

    public Task<ITransportListener> ListenAsync(
        Multiaddr address, Func<ICapableConnection, Task> onConnection, CancellationToken cancellationToken) =>
        Task.FromResult<ITransportListener>(new NativeListener(context, network, EndPointOf(address), onConnection));

    public IDisposable Bind(Multiaddr address) => new NativeListener(context, network, EndPointOf(address), _ => Task.CompletedTask);

    /// <summary>Lets a host dial and listen on this transport.</summary>
    /// <param name="options">Of the host.</param>
    /// <param name="network">What it is on.</param>
    /// <param name="from">Where its connections come from.</param>
    public static Libp2pOptions Add(Libp2pOptions options, NativeNetwork network, IPAddress? from = null)
    {
        options.Transports[Name] = context => new NativeTransport(context, network, from ?? IPAddress.Loopback);
        return options;
    }

    /// <summary>The multiaddr of an end of this transport.</summary>
    internal static Multiaddr AddressOf(IPEndPoint endPoint) => Multiaddr
        .Parse($"/{(endPoint.Address.GetAddressBytes().Length == 4 ? "ip4" : "ip6")}/{endPoint.Address}/udp/{endPoint.Port}")
        .Append(Suffix);

    private static IPEndPoint EndPointOf(Multiaddr address) =>
        TryGetEndPoint(address, out IPEndPoint? endPoint) ? endPoint! : throw new TransportException($"{address} is not native.");

    private static bool TryGetEndPoint(Multiaddr address, out IPEndPoint? endPoint)
    {
        MultiaddrComponent[] parts = [.. address.WithoutPeerId().Components];
        endPoint = parts is [{ Name: "ip4" or "ip6" } ip, { Name: "udp" } udp, { Name: "quic-v1" }]
            ? new IPEndPoint(IPAddress.Parse(ip.Value!), int.Parse(udp.Value!, CultureInfo.InvariantCulture))
            : null;
        return endPoint is not null;
    }
}
