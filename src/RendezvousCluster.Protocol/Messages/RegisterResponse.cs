namespace RendezvousCluster.Protocol.Messages;

/// <summary>The answer to a <see cref="RegisterRequest"/>.</summary>
/// <param name="Status">OK, or why not.</param>
/// <param name="StatusText">What to change; empty when OK.</param>
/// <param name="TtlSeconds">The time granted, in seconds, when OK.</param>
public sealed record RegisterResponse(RendezvousStatus Status, string StatusText, ulong TtlSeconds) : RendezvousMessage;
