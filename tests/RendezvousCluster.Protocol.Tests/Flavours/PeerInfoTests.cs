using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Protocol.Tests.Flavours;

public sealed class PeerInfoTests
{
    private static readonly TestPeer Peer = ClientBytes.Peer;
    private static readonly byte[] Tcp = Multiaddr.Parse("/ip4/127.0.0.1/tcp/4001").Bytes.ToArray();
    private static readonly byte[] SecureWebSocket = Multiaddr.Parse("/dns4/example.com/tcp/443/tls/ws").Bytes.ToArray();

    [Fact]
    public void PeerInfo_is_recognised_by_its_content()
    {
        Assert.True(PeerInfo.TryRead(ClientBytes.PeerInfo, out PeerInfo read));
        Assert.Equal(Peer.Id, read.Id);
        Assert.Equal(2, read.AddressCount);
        Assert.Equal([Tcp, SecureWebSocket], AddressesOf(ClientBytes.PeerInfo));
    }

    [Fact]
    public void Envelopes_are_none()
    {
        Assert.False(PeerInfo.TryRead(ClientBytes.StandardRecord, out _));
        Assert.False(PeerInfo.TryRead(ClientBytes.RoutingStateRecord, out _));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Fields_3_and_5_are_an_envelopes(int field)
    {
        Assert.False(PeerInfo.TryRead(Bare().Bytes(field, [1]).ToArray(), out _));
        Assert.False(PeerInfo.TryRead(Bare().Varint(field, 1).ToArray(), out _));
    }

    [Fact]
    public void Order_and_unknown_fields_do_not_matter()
    {
        byte[] bytes =
            new ProtobufBytes().Varint(9, 7).Bytes(2, Tcp).Bytes(4, [1]).Bytes(1, Peer.Id.Bytes.Span).Bytes(2, SecureWebSocket).ToArray();
        Assert.True(PeerInfo.TryRead(bytes, out PeerInfo read));
        Assert.Equal(2, read.AddressCount);
        Assert.Equal([Tcp, SecureWebSocket], AddressesOf(bytes));
    }

    [Fact]
    public void Rubbish_is_none()
    {
        Assert.False(PeerInfo.TryRead([], out _));
        Assert.False(PeerInfo.TryRead(ClientBytes.PeerInfo.AsSpan()[..^1], out _));
        Assert.False(PeerInfo.TryRead(new ProtobufBytes().Bytes(2, Tcp).ToArray(), out _));
        Assert.False(PeerInfo.TryRead(new ProtobufBytes().Bytes(1, [1, 2, 3]).Bytes(2, Tcp).ToArray(), out _));
        Assert.False(PeerInfo.TryRead(new ProtobufBytes().Varint(1, 5).Bytes(2, Tcp).ToArray(), out _));
    }

    // Of two ids a reader may take either: nobody may be made to believe in another than the one that was checked.
    [Fact]
    public void Second_id_makes_it_none() =>
        Assert.False(PeerInfo.TryRead(Bare().Bytes(1, new TestPeer().Id.Bytes.Span).ToArray(), out _));

    [Fact]
    public void Both_signed_flavours_project_to_the_same_PeerInfo()
    {
        Assert.Equal(ClientBytes.PeerInfo, PeerInfo.Project(ClientBytes.StandardRecord));
        Assert.Equal(ClientBytes.PeerInfo, PeerInfo.Project(ClientBytes.RoutingStateRecord));
    }

    // A reader may well know transports that this point does not.
    [Fact]
    public void Addresses_of_unknown_protocols_are_projected_too()
    {
        byte[] unknown = [0xFF, 0xFF, 0x7F, 1, 2, 3];
        byte[] payload = new ProtobufBytes().Bytes(1, Peer.Id.Bytes.Span).Varint(2, 1)
            .Message(3, new ProtobufBytes().Bytes(1, unknown)).Message(3, new ProtobufBytes()).Message(3, new ProtobufBytes().Bytes(1, Tcp))
            .ToArray();
        byte[] envelope = new ProtobufBytes().Bytes(1, [8, 1]).Bytes(2, [3, 1]).Bytes(3, payload).Bytes(5, [1]).ToArray();

        byte[] projected = Assert.IsType<byte[]>(PeerInfo.Project(envelope));

        Assert.Equal([unknown, Tcp], AddressesOf(projected));
        Assert.True(projected.Length < envelope.Length);
    }

    [Fact]
    public void Nothing_but_an_envelope_is_projected()
    {
        Assert.Null(PeerInfo.Project(default));
        Assert.Null(PeerInfo.Project(ClientBytes.PeerInfo));
        Assert.Null(PeerInfo.Project(ClientBytes.StandardRecord.AsSpan()[..^1]));
        Assert.Null(PeerInfo.Project(new ProtobufBytes().Bytes(1, [8]).Bytes(2, [3, 1]).Bytes(3, [0xFF]).Bytes(5, [1]).ToArray()));
        Assert.Null(PeerInfo.Project(new ProtobufBytes().Bytes(1, [8]).Bytes(2, [3, 1]).Bytes(3, [0x10, 1]).Bytes(5, [1]).ToArray()));
    }

    [Fact]
    public void Random_and_damaged_bytes_never_throw_and_are_never_both()
    {
        Random random = SeededRandom.Create(out int seed);
        byte[][] originals = [ClientBytes.PeerInfo, ClientBytes.StandardRecord, ClientBytes.RoutingStateRecord, ClientBytes.OldRegister];
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes = round % 5 == 0 ? RandomBytes(random) : Damaged(originals[random.Next(originals.Length)], random);
            try
            {
                RendezvousMessageCodec.TryDecode(bytes, out _);
                bool isPeerInfo = PeerInfo.TryRead(bytes, out _);
                if (isPeerInfo)
                {
                    AddressesOf(bytes);
                }

                byte[]? projected = PeerInfo.Project(bytes);
                Assert.False(isPeerInfo && projected is not null);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, round {round}, {Convert.ToHexString(bytes)}: {exception}");
            }
        }
    }

    private static ProtobufBytes Bare() => new ProtobufBytes().Bytes(1, Peer.Id.Bytes.Span).Bytes(2, Tcp);

    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[random.Next(0, 300)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Damaged(byte[] original, Random random)
    {
        byte[] bytes = [.. original.Take(random.Next(4) == 0 ? random.Next(original.Length) : original.Length)];
        for (int change = random.Next(4); change > 0 && bytes.Length > 0; change--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static List<byte[]> AddressesOf(byte[] peerInfo)
    {
        Assert.True(PeerInfo.TryRead(peerInfo, out PeerInfo read));
        var addresses = new List<byte[]>();
        foreach (ReadOnlySpan<byte> address in read)
        {
            addresses.Add(address.ToArray());
        }

        return addresses;
    }
}
