using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Multiformats;

/// <summary>
/// A self-describing network address such as <c>/ip4/127.0.0.1/tcp/8000/p2p/12D3Koo…</c>. Immutable, compared by its binary form.
/// </summary>
/// <remarks>
/// https://github.com/multiformats/multiaddr. Reading the binary form only checks it; the text forms are made when somebody asks.
/// </remarks>
public sealed class Multiaddr : IEquatable<Multiaddr>
{
    /// <summary>
    /// Longest binary form accepted, in bytes. A relayed WebTransport address with two certificate hashes takes about 250, one over names
    /// more.
    /// </summary>
    public const int MaxBytes = 1024;

    /// <summary>Longest text form accepted, in characters.</summary>
    public const int MaxTextLength = 2048;

    private readonly byte[] _bytes;
    private IReadOnlyList<MultiaddrComponent>? _components;
    private string? _text;

    private Multiaddr(byte[] bytes) => _bytes = bytes;

    /// <summary>The address without parts: what remains of <c>/p2p/…</c> without its peer id. Neither text nor bytes read as it.</summary>
    public static Multiaddr Empty { get; } = new([]);

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The parts in order, each a protocol and its value (null where the protocol has none).</summary>
    public IReadOnlyList<MultiaddrComponent> Components => _components ??= ReadComponents();

    /// <summary>
    /// The peer id of the last <c>/p2p</c> part, wherever that stands, or null. In the address of a relayed peer it may be the relay's:
    /// <see cref="FinalPeerId"/> says who is reached.
    /// </summary>
    public PeerId? PeerId
    {
        get
        {
            PeerId? last = null;
            var reader = new MultiaddrReader(_bytes);
            while (reader.TryRead(out MultiaddrProtocol? protocol, out ReadOnlySpan<byte> value))
            {
                if (protocol.Code == MultiaddrProtocols.P2p && PeerId.TryFromBytes(value, out PeerId? peerId))
                {
                    last = peerId;
                }
            }

            return last;
        }
    }

    /// <summary>The peer id in the last part, when that is <c>/p2p</c>: who is reached at this address; else null.</summary>
    public PeerId? FinalPeerId
    {
        get
        {
            PeerId? final = null;
            var reader = new MultiaddrReader(_bytes);
            while (reader.TryRead(out MultiaddrProtocol? protocol, out ReadOnlySpan<byte> value))
            {
                final = protocol.Code == MultiaddrProtocols.P2p && PeerId.TryFromBytes(value, out PeerId? peerId) ? peerId : null;
            }

            return final;
        }
    }

    /// <summary>Whether two addresses have the same binary form.</summary>
    public static bool operator ==(Multiaddr? left, Multiaddr? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two addresses differ.</summary>
    public static bool operator !=(Multiaddr? left, Multiaddr? right) => !(left == right);

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not a multiaddr, or uses an unknown protocol.</exception>
    public static Multiaddr Parse(string text)
    {
        string? problem = MultiaddrTextParser.TryParse(text, out byte[] bytes);
        return problem is null ? new Multiaddr(bytes) : throw new FormatException(problem);
    }

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Multiaddr? address)
    {
        bool parsed = MultiaddrTextParser.TryParse(text, out byte[] bytes) is null;
        address = parsed ? new Multiaddr(bytes) : null;
        return parsed;
    }

    /// <summary>Reads the binary form; false when it is malformed or uses a protocol code that is not known.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddr? address)
    {
        address = null;
        if (bytes.Length is 0 or > MaxBytes)
        {
            return false;
        }

        var reader = new MultiaddrReader(bytes);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out _, out _))
            {
                return false;
            }
        }

        address = new Multiaddr(bytes.ToArray());
        return true;
    }

    /// <summary>
    /// The TCP address of an endpoint: <c>/ip4/…/tcp/…</c> or <c>/ip6/…/tcp/…</c>. IPv4-mapped IPv6 becomes IPv4; a zone is left out.
    /// </summary>
    public static Multiaddr FromTcpEndPoint(IPEndPoint endPoint)
    {
        IPAddress address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        byte[] host = address.GetAddressBytes();
        byte hostCode = (byte)(host.Length == 4 ? 4 : 41);
        return new Multiaddr([hostCode, .. host, 6, (byte)(endPoint.Port >> 8), (byte)endPoint.Port]);
    }

    /// <summary>This address with <paramref name="suffix"/> behind it.</summary>
    public Multiaddr Append(Multiaddr suffix) => new([.. _bytes, .. suffix._bytes]);

    /// <summary>This address with <c>/p2p/peerId</c> behind it (unless it ends so already).</summary>
    /// <exception cref="ArgumentException">The address ends with another peer's id.</exception>
    public Multiaddr WithPeerId(PeerId peerId)
    {
        if (FinalPeerId is { } named)
        {
            return named == peerId
                ? this
                : throw new ArgumentException($"The address {this} names another peer than {peerId}.", nameof(peerId));
        }

        return new Multiaddr([.. _bytes, .. MultiaddrTextParser.EncodePart(MultiaddrProtocols.P2p, peerId.Bytes.Span)]);
    }

    /// <summary>
    /// This address without the <c>/p2p</c> part at its end, if that is how it ends. One in the middle names a relay on the way, and stays:
    /// what stands before it leads to the relay and to nobody else.
    /// </summary>
    public Multiaddr WithoutPeerId()
    {
        var reader = new MultiaddrReader(_bytes);
        int lastPart = 0;
        int partStart = 0;
        bool endsInPeerId = false;
        while (reader.TryRead(out MultiaddrProtocol? protocol, out _))
        {
            lastPart = partStart;
            partStart = reader.Position;
            endsInPeerId = protocol.Code == MultiaddrProtocols.P2p;
        }

        return !endsInPeerId ? this : lastPart == 0 ? Empty : new Multiaddr(_bytes[..lastPart]);
    }

    /// <summary>Whether a part with that protocol name is in the address.</summary>
    public bool Contains(string protocolName) => Components.Any(component => component.Name == protocolName);

    /// <summary>The value of the first part with that protocol name (<c>"ip4"</c>, <c>"tcp"</c>, …), or null.</summary>
    public string? ValueOf(string protocolName) => Components.FirstOrDefault(component => component.Name == protocolName)?.Value;

    /// <summary>The text form.</summary>
    public override string ToString() => _text ??= BuildText();

    /// <inheritdoc/>
    public bool Equals(Multiaddr? other) =>
        ReferenceEquals(this, other) || (other is not null && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddr);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    private List<MultiaddrComponent> ReadComponents()
    {
        var components = new List<MultiaddrComponent>();
        var reader = new MultiaddrReader(_bytes);
        while (reader.TryRead(out MultiaddrProtocol? protocol, out ReadOnlySpan<byte> value))
        {
            string? text = protocol.ValueKind == MultiaddrValueKind.None ? null : MultiaddrValueCodec.ToText(protocol.ValueKind, value);
            components.Add(new MultiaddrComponent(protocol.Name, protocol.Code, text));
        }

        return components;
    }

    private string BuildText()
    {
        if (_bytes.Length == 0)
        {
            return "/";
        }

        var text = new StringBuilder();
        foreach (MultiaddrComponent component in Components)
        {
            text.Append('/').Append(component.Name);
            if (component.Value is not null)
            {
                // A path brings its own leading slash.
                text.Append(component.Value.StartsWith('/') ? "" : "/").Append(component.Value);
            }
        }

        return text.ToString();
    }
}
