using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// The page of a response as it grows: at most so many registrations, at most so many bytes on the wire, and only what the peer can read,
/// in the form in which it reads it. Registrations that it cannot read are passed over, and do not count. Of whom it is not known what it
/// reads is shown one set of flavours a page, for it may refuse a page that has anything else in it.
/// </summary>
internal sealed class ResponsePage(int limit, FlavourPreference flavours, int maxResponseBytes)
{
    /// <summary>
    /// What a response holds besides its page: frame prefix (3), type (2), body's tag and length (4), cookie (at most 85), status (3).
    /// </summary>
    private const int OverheadBytes = 128;

    /// <summary>More than any registration takes: its envelope, its namespace, and the fields around them.</summary>
    private const int LargestRegistrationBytes = SignedPeerRecord.MaxEnvelopeBytes + RendezvousNamespace.MaxBytes + 64;

    private readonly PageEntries _registrations = new();
    private bool _passesOver = flavours.IsSettled;

    /// <summary>What is in the page.</summary>
    public IReadOnlyList<Registration> Registrations => _registrations;

    /// <summary>How many more are wanted.</summary>
    public int Wanted => limit - _registrations.Count;

    /// <summary>What the page shows; none before that is settled.</summary>
    public RegistrationFlavours Flavours { get; private set; } = flavours.Choose(RegistrationFlavours.None);

    /// <summary>How many bytes are left for registrations.</summary>
    public int BytesLeft { get; private set; } = maxResponseBytes - OverheadBytes;

    /// <summary>
    /// How many bytes of envelopes to ask the registry for. More than there is room for would be thrown away, except where a PeerInfo is
    /// shown in place of an envelope: it is smaller, by an unknown factor.
    /// </summary>
    /// <param name="maxBytes">The most that one query may bring.</param>
    public int BytesToAskFor(int maxBytes) => ShowsPeerInfo ? maxBytes : Math.Min(maxBytes, BytesLeft);

    // A signature has no place in a PeerInfo, so a peer that is shown one is shown all as such.
    private bool ShowsPeerInfo => Flavours.HasFlag(RegistrationFlavours.PeerInfo);

    /// <summary>Makes room for so many more at once: a page that grows step by step copies itself again and again.</summary>
    public void Expect(int count) => _registrations.Expect(Math.Min(count, Math.Max(0, Wanted)));

    /// <summary>Settles what the page shows, of a namespace of which that is known. It passes over other flavours.</summary>
    public void Settle(RegistrationFlavours shown)
    {
        Flavours = shown;
        _passesOver = true;
    }

    /// <summary>
    /// Takes a registration in, or passes it over; false when the page is full, or of other flavours, and the next one begins with it.
    /// </summary>
    public bool TryTake(DiscoveredRegistration found)
    {
        RegistrationFlavours set = _passesOver ? Flavours : flavours.Choose(FlavourRules.SetOf(found.Flavour));
        if (!FlavourRules.Holds(set, found.Flavour))
        {
            return true;
        }

        if (_registrations.Count > 0 && set != Flavours)
        {
            return false;
        }

        Flavours = set;
        if (Wanted == 0)
        {
            return false;
        }

        if (!FlavourRules.TryShow(
            found.Envelope, found.Flavour, ShowsPeerInfo ? RegistrationFlavour.PeerInfo : found.Flavour, out ReadOnlyMemory<byte> shown))
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

    /// <summary>Whether a registration of any size has a place here.</summary>
    public bool HasRoomForAny => Wanted > 0 && BytesLeft >= LargestRegistrationBytes;

    /// <summary>
    /// Whether what follows surely has no place here, so that asking for it would be in vain: the count is reached, or a reply was cut by
    /// its bytes and the page has no more left than the reply had. A page that shows PeerInfo cannot tell, for what follows may be smaller
    /// when it is shown.
    /// </summary>
    /// <param name="unusedBytes">What the last reply left of the envelope bytes that it was asked for.</param>
    public bool IsFullAfter(int unusedBytes) =>
        Wanted <= 0 || (!ShowsPeerInfo && unusedBytes < SignedPeerRecord.MaxEnvelopeBytes && BytesLeft <= unusedBytes);

    /// <summary>The page as a response. Its writer releases its <see cref="PageEntries"/> when it is written.</summary>
    public DiscoverResponse ToResponse(byte[] cookie) => new(RendezvousStatus.Ok, string.Empty, _registrations, cookie);
}
