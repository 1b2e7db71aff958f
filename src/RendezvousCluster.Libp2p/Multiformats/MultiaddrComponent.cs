namespace RendezvousCluster.Libp2p.Multiformats;

/// <summary>One part of a multiaddr.</summary>
/// <param name="Name">The protocol's name, such as <c>tcp</c>.</param>
/// <param name="Code">Its multicodec code.</param>
/// <param name="Value">Its value in text form; null where the protocol has none.</param>
public sealed record MultiaddrComponent(string Name, int Code, string? Value);
