namespace RendezvousCluster.Protocol.Messages;

/// <summary>The answer to a <see cref="DiscoverRequest"/>.</summary>
/// <param name="Status">OK, or why not.</param>
/// <param name="StatusText">What to change; empty when OK.</param>
/// <param name="Registrations">The page.</param>
/// <param name="Cookie">What to send next time, to get only what is new; empty when not OK.</param>
public sealed record DiscoverResponse(
    RendezvousStatus Status,
    string StatusText,
    IReadOnlyList<Registration> Registrations,
    ReadOnlyMemory<byte> Cookie) : RendezvousMessage;

/// <summary>One registration of a <see cref="DiscoverResponse"/>; on the wire it has the form of a REGISTER.</summary>
/// <param name="Namespace">The name as UTF-8. Some servers leave it empty when the request named a namespace.</param>
/// <param name="SignedPeerRecord">The signed envelope, verbatim; to or from an implementation of the first schema, a PeerInfo.</param>
/// <param name="TtlSeconds">The seconds left to live (specs issue 330; rust servers send the original time instead).</param>
public readonly record struct Registration(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> SignedPeerRecord, ulong TtlSeconds);
