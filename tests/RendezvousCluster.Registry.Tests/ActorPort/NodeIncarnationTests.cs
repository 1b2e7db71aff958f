using Akka.Cluster;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Testing;
using static RendezvousCluster.Testing.Frames.NodeFrames;
using Address = Akka.Actor.Address;

namespace RendezvousCluster.Registry.Tests.ActorPort;

public sealed class NodeIncarnationTests
{
    private const int Mutations = 20_000;

    private static readonly UniqueAddress[] Members =
        [Unique("10.0.0.1", 4053, 7), Unique("10.0.0.2", 4053, -7), Unique("node3.example", 4054, 7)];

    [Theory]
    [InlineData("10.0.0.1", 4053, 7)]
    [InlineData("node3.example", 65535, int.MaxValue)]
    [InlineData("::1", 1, int.MinValue)]
    public void A_node_says_its_address_and_its_number_in_its_first_frame(string host, int port, int number)
    {
        byte[] frame = Associate("ssl.tcp", "rendezvous", host, port, unchecked((ulong)number));

        Assert.True(NodeIncarnation.TryRead(frame, out NodeIncarnation node));
        Assert.Equal(new NodeIncarnation(host, port, number), node);
    }

    [Fact]
    public void Frames_that_do_not_say_it_name_nobody()
    {
        byte[] origin = [.. Field(1, "rendezvous"), .. Field(2, "10.0.0.1"), .. Number(3, 4053), .. Field(4, "tcp")];
        byte[][] frames =
        [
            [],
            [0xFF],
            Message("akka.tcp://rendezvous@10.0.0.1:4053/user", 5, "HB", []),
            Field(2, Number(1, 3)), // a heartbeat of the connection
            Handshake(Field(1, origin)),
            Handshake(Fixed(2, 7)),
            Handshake([.. Field(1, origin), .. Fixed(2, 7), .. Fixed(2, 8)]),
            Handshake([.. Field(1, origin), .. Field(1, origin), .. Fixed(2, 7)]),
            Handshake([.. Field(1, [.. origin, .. Number(3, 1)]), .. Fixed(2, 7)]),
            Handshake([.. Field(1, origin), .. Number(2, 7)]),
            Associate("tcp", "rendezvous", "", 4053, 7),
            Associate("tcp", "rendezvous", new string('h', 256), 4053, 7),
            Associate("tcp", "rendezvous", "10.0.0.1", 65536, 7),
        ];

        Assert.All(frames, frame => Assert.False(NodeIncarnation.TryRead(frame, out _)));
    }

    [Fact]
    public void No_bytes_make_it_throw()
    {
        Random random = SeededRandom.Create(out int seed);
        byte[] good = Associate("tcp", "rendezvous", "10.0.0.1", 4053, 7);
        for (int round = 0; round < Mutations; round++)
        {
            byte[] frame = [.. good[..random.Next(good.Length + 1)]];
            for (int change = random.Next(4); change > 0 && frame.Length > 0; change--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            Exception? thrown = Record.Exception(() => NodeIncarnation.TryRead(frame, out _));
            Assert.True(thrown is null, $"seed {seed}, round {round}: {thrown}");
        }
    }

    [Theory]
    [InlineData("10.0.0.1", 4053, 7, true)]
    [InlineData("10.0.0.2", 4053, -7, true)]
    [InlineData("NODE3.example", 4054, 7, true)]
    [InlineData("10.0.0.1", 4053, 8, false)] // another process at the address of a member
    [InlineData("10.0.0.1", 4054, 7, false)]
    [InlineData("10.0.0.3", 4053, 7, false)]
    public void A_node_is_a_member_when_its_address_and_its_number_are_those_of_one(string host, int port, int number, bool isMember) =>
        Assert.Equal(isMember, PeerNode.IsAmong(new NodeIncarnation(host, port, number), Members));

    private static UniqueAddress Unique(string host, int port, int number) =>
        new(new Address("akka.ssl.tcp", "rendezvous", host, port), number);

    private static byte[] Handshake(byte[] info) => Field(2, [.. Number(1, 1), .. Field(2, info)]);
}
