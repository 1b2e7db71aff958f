using RendezvousCluster.Protocol.Dialects;

namespace RendezvousCluster.Protocol.Validation;

/// <summary>What a peer may register of itself.</summary>
/// <param name="Bytes">The signed envelope or the PeerInfo, verbatim; nobody writes to it.</param>
/// <param name="Flavour">Which of the three it is.</param>
/// <param name="Sequence">The record's sequence number; 0 for a PeerInfo, which has none and so never replaces a signed record.</param>
internal sealed record VerifiedRecord(ReadOnlyMemory<byte> Bytes, RegistrationFlavour Flavour, ulong Sequence);
