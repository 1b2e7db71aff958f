using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// The page of a response as it grows: at most so many registrations, at most so many bytes on the wire, and only what the peer can read, in the
/// form in which it reads it. Registrations that it cannot read are passed over, and do not count.
/// </summary>
internal sealed class DiscoverPage(int limit, RegistrationFlavour flavour, int maxResponseBytes)
{
    /// <summary>
    /// What a response holds besides its page: frame prefix (3), type (2), body's tag and length (4), cookie (at most 85), status (3).
    /// </summary>
    private const int OverheadBytes = 128;

    private readonly List<Registration> _registrations = [];

    /// <summary>What is in the page.</summary>
    public IReadOnlyList<Registration> Registrations => _registrations;

    /// <summary>How many more are wanted.</summary>
    public int Wanted => limit - _registrations.Count;

    /// <summary>How many bytes are left for registrations.</summary>
    public int BytesLeft { get; private set; } = maxResponseBytes - OverheadBytes;

    /// <summary>
    /// How many bytes of envelopes to ask the registry for. More than there is room for would be thrown away, except where a PeerInfo is
    /// shown in place of an envelope: it is smaller, by an unknown factor.
    /// </summary>
    /// <param name="maxBytes">The most that one query may bring.</param>
    public int BytesToAskFor(int maxBytes) => flavour == RegistrationFlavour.PeerInfo ? maxBytes : Math.Min(maxBytes, BytesLeft);

    /// <summary>Takes a registration in, or passes it over; false when the page is full and the next one begins with it.</summary>
    public bool TryTake(DiscoveredRegistration found)
    {
        if (!RecordDialect.CanShow(found.Flavour, flavour))
        {
            return true;
        }

        if (Wanted == 0)
        {
            return false;
        }

        if (!RecordDialect.TryShow(found.Envelope, found.Flavour, flavour, out ReadOnlyMemory<byte> shown))
        {
            return true;
        }

        var registration = new Registration(found.Namespace.Utf8, shown, found.RemainingTtlSeconds);
        int size = RendezvousMessageCodec.RegistrationFieldSize(registration);
        if (size > BytesLeft)
        {
            return false;
        }

        _registrations.Add(registration);
        BytesLeft -= size;
        return true;
    }

    /// <summary>The page as a response.</summary>
    public DiscoverResponse ToResponse(byte[] cookie) => new(RendezvousStatus.Ok, string.Empty, _registrations, cookie);
}
