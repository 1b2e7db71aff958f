using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// The page of a response as it grows: at most so many registrations, at most so many bytes on the wire, and only what the peer can read.
/// Registrations in another flavour are passed over, and do not count.
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

    /// <summary>Takes a registration in, or passes it over; false when the page is full and the next one begins with it.</summary>
    public bool TryTake(DiscoveredRegistration found)
    {
        if (found.Flavour != flavour)
        {
            return true;
        }

        var registration = new Registration(found.Namespace.Utf8, found.Envelope, found.RemainingTtlSeconds);
        int size = RendezvousMessageCodec.RegistrationFieldSize(registration);
        if (size > BytesLeft || Wanted == 0)
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
