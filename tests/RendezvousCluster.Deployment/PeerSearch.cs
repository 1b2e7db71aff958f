using System.Text;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Deployment;

/// <summary>Peers that register and find one another while nodes come and go: they ask again, as clients do.</summary>
internal static class PeerSearch
{
    private const string Ns = "deployment";

    /// <summary>Some seconds on a machine of its own; three clusters start and fail over at once here, on few cores.</summary>
    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Registers the peer; what cannot be served now is asked again.</summary>
    public static Task RegisterAsync(WirePeer peer) => Eventually.EqualAsync(
        RendezvousStatus.Ok,
        async () =>
        {
            RendezvousDriver stream = await peer.OpenStreamAsync();
            return (await stream.AskAsync<RegisterResponse>(RawRequests.Register(Encoding.UTF8.GetBytes(Ns), peer.Peer.Record()))).Status;
        },
        FailoverTimeout);

    /// <summary>Waits until the peer finds this one, and nobody else.</summary>
    public static Task FindsAsync(WirePeer seeker, string registered) =>
        Eventually.EqualAsync(registered, () => FoundAsync(seeker), FailoverTimeout);

    /// <summary>The peer that is found; null when the answer is a refusal for now.</summary>
    private static async Task<string?> FoundAsync(WirePeer peer) =>
        await peer.TryDiscoverAsync(Ns) is { } found ? string.Join(' ', found.Select(one => one.PeerId)) : null;
}
