using System.Text;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Client.Discovery;

/// <summary>
/// Looks through what a point sent. Every registration stands for itself: one that cannot be used is left out, and the others are taken.
/// Tolerant where servers differ (an empty namespace means the one asked for; either flavour of a signed record), strict where it counts:
/// signature, size, number.
/// </summary>
internal sealed class PageIntake(RendezvousClientOptions options)
{
    private readonly RendezvousClientLimits _limits = options.Limits;

    /// <param name="response">An OK response.</param>
    /// <param name="asked">The namespace asked for; null for all.</param>
    /// <param name="limit">How many were asked for; what comes beyond is not looked at.</param>
    /// <param name="point">Who answered.</param>
    /// <param name="now">The time from which times to live count.</param>
    public DiscoverPage Read(DiscoverResponse response, RendezvousNamespace? asked, int limit, RendezvousPoint point, DateTimeOffset now)
    {
        var peers = new List<DiscoveredPeer>();
        foreach (Registration registration in response.Registrations.Take(limit))
        {
            if (TryRead(registration, asked, point, now) is { } peer)
            {
                peers.Add(peer);
            }
        }

        ReadOnlyMemory<byte> cookie = response.Cookie.Length <= _limits.MaxCookieBytes ? response.Cookie : default;
        int listed = response.Registrations.Count;
        return new DiscoverPage(point, peers, listed, listed - peers.Count, cookie.ToArray()); // a copy: the cookie outlives the page
    }

    private DiscoveredPeer? TryRead(Registration registration, RendezvousNamespace? asked, RendezvousPoint point, DateTimeOffset now)
    {
        if (registration.TtlSeconds == 0
            || TryReadNamespace(registration.Namespace.Span, asked) is not { } ns
            || SignedPeerRecord.TryOpen(registration.SignedPeerRecord.Span, out SignedPeerRecord? record) != SignedPeerRecordError.None)
        {
            return null;
        }

        Multiaddr[] addresses =
        [
            .. record!.Record.Addresses
                .Where(address => !options.DropPrivateAddresses || !PrivateAddresses.Contains(address))
                .Distinct()
                .Take(_limits.MaxAddressesPerPeer),
        ];
        double seconds = Math.Min(registration.TtlSeconds, _limits.MaxTtl.TotalSeconds);
        return addresses.Length == 0 ? null : new DiscoveredPeer(ns, record, addresses, now + TimeSpan.FromSeconds(seconds), point);
    }

    private static string? TryReadNamespace(ReadOnlySpan<byte> utf8, RendezvousNamespace? asked)
    {
        if (asked is not null)
        {
            return utf8.IsEmpty || utf8.SequenceEqual(asked.Utf8.Span) ? asked.Name : null;
        }

        return RendezvousNamespace.TryCreate(utf8, out _) ? Encoding.UTF8.GetString(utf8) : null;
    }
}
