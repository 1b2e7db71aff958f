using System.Reflection;
using Google.Protobuf;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Testing;
using static RendezvousCluster.Testing.Frames.NodeFrames;

namespace RendezvousCluster.Registry.Tests.ActorPort;

/// <summary>What passes the gate, what does not, and that the toolkit finds nothing else in what passes.</summary>
public sealed class FrameGateTests
{
    private const string Self = "rendezvous@127.0.0.1:4053";
    private const string Root = $"akka.tcp://{Self}/";
    private const string Region = "system/sharding/namespace";
    private const int Mutations = 20_000;

    public static IEnumerable<object[]> Readable =>
        from message in ReadableMessages.All
        from path in message.Recipients
        select (object[])[message.SerializerId, message.Manifest, path.Replace("*", "$a", StringComparison.Ordinal)];

    [Theory]
    [MemberData(nameof(Readable))]
    public void Messages_of_nodes_pass_to_their_recipients(int serializer, string manifest, string path)
    {
        Assert.Null(Judge(Message($"{Root}{path}#-12", serializer, manifest, [1, 2], number: serializer == 22 ? 5 : Unnumbered)));
        Assert.Null(Judge(Message(Root, 6, "", Selection(path, serializer, manifest, [1, 2]))));
    }

    [Fact]
    public void Words_between_the_ends_of_a_connection_pass()
    {
        Assert.Null(Judge(Associate("tcp", "rendezvous", "127.0.0.1", 4054, 7)));
        Assert.Null(Judge(Field(1, Field(1, Fixed(1, 4)))));
    }

    [Theory]
    [InlineData(1, "", "user", RefusedReadReason.Serializer)]
    [InlineData(3, "", "remote", RefusedReadReason.Serializer)]
    [InlineData(-1, "", Region, RefusedReadReason.Serializer)]
    [InlineData(16, "PP", Region, RefusedReadReason.Manifest)]
    [InlineData(7301, "er", Region, RefusedReadReason.Manifest)]
    [InlineData(7301, "cu", "user/store-watch", RefusedReadReason.Recipient)]
    [InlineData(7301, "cu", $"{Region}/1", RefusedReadReason.Recipient)]
    [InlineData(7301, "rr", "temp", RefusedReadReason.Recipient)]
    [InlineData(7301, "rr", "temp/a/b", RefusedReadReason.Recipient)]
    [InlineData(13, "AA", Region, RefusedReadReason.Recipient)]
    [InlineData(22, "Akka.Dispatch.SysMsg.DeathWatchNotification, Akka", Region, RefusedReadReason.Recipient)]
    [InlineData(22, "Akka.Dispatch.SysMsg.DeathWatchNotification, Akka", "user", RefusedReadReason.Recipient)]
    [InlineData(22, "Akka.Dispatch.SysMsg.Terminate, Akka", Region, RefusedReadReason.Manifest)]
    public void Everything_else_is_refused_for_what_is_wrong_with_it(int serializer, string manifest, string path, object reason)
    {
        Assert.Equal(
            new RefusedRead((RefusedReadReason)reason, serializer, manifest, Root + path),
            Judge(Message(Root + path, serializer, manifest, [])));
        Assert.Equal(
            new RefusedRead((RefusedReadReason)reason, serializer, manifest, path),
            Judge(Message(Root, 6, "", Selection(path, serializer, manifest, []))));
    }

    [Fact]
    public void A_selection_spells_out_each_name_and_begins_at_the_root()
    {
        const int parent = 1, pattern = 3;
        byte[] discover = Selection(Region, 7301, "cd", []);

        Assert.Null(Judge(Message(Root, 6, "", discover)));
        Assert.Equal(RefusedReadReason.Recipient, Judge(Message(Root + "user", 6, "", discover))?.Reason);
        Assert.Equal(RefusedReadReason.Malformed, Judge(Message(Root, 6, "", Selection(Region, 7301, "cd", [], parent)))?.Reason);
        Assert.Equal(RefusedReadReason.Malformed, Judge(Message(Root, 6, "", Selection(Region, 7301, "cd", [], pattern)))?.Reason);
        Assert.Equal(RefusedReadReason.Recipient, Judge(Message(Root, 6, "", Selection("", 6, "", discover)))?.Reason);
    }

    [Theory]
    [InlineData("akka.tcp://rendezvous@127.0.0.1:4054/system/sharding/namespace")]
    [InlineData("akka.tcp://other@127.0.0.1:4053/system/sharding/namespace")]
    [InlineData("/system/sharding/namespace")]
    [InlineData("system/sharding/namespace")]
    [InlineData("")]
    public void A_message_for_another_node_is_refused(string recipient) =>
        Assert.Equal(RefusedReadReason.Recipient, Judge(Message(recipient, 7301, "cd", []))?.Reason);

    [Fact]
    public void Bytes_that_protobuf_would_forgive_are_malformed()
    {
        byte[] recipient = Field(1, Field(1, Root + Region)), payload = Field(2, Payload(7301, "cd", [])), number = Fixed(5, Unnumbered);
        byte[][] frames =
        [
            [],
            [0xFF],
            [.. Associate("tcp", "rendezvous", "h", 1, 1), .. Message(Root + Region, 7301, "cd", [])],
            [.. Message(Root + Region, 7301, "cd", []), .. Message(Root + Region, 7301, "cd", [])],
            Enveloped([.. recipient, .. payload, .. payload, .. number]),
            Enveloped([.. recipient, .. recipient, .. payload, .. number]),
            Enveloped([.. payload, .. number]),
            Enveloped([.. recipient, .. number]),
            Enveloped([.. recipient, .. payload]),
            Enveloped([.. recipient, .. payload, .. Fixed(5, 4)]),
            Enveloped([.. recipient, .. Field(2, [.. Payload(1, "cd", []), .. Number(2, 7301)]), .. number]),
            Enveloped([.. recipient, .. Field(2, Number(2, (1L << 32) + 7301)), .. number]),
        ];

        Assert.All(frames, frame => Assert.Equal(RefusedReadReason.Malformed, Judge(frame)?.Reason));
    }

    [Fact]
    public void In_every_frame_that_passes_the_toolkit_finds_what_the_gate_has_found()
    {
        Random random = SeededRandom.Create(out int seed);
        byte[][] good = [.. ReadableMessages.All.Where(message => message.Recipients.Length > 0).SelectMany(message => (byte[][])
        [
            Message(Root + message.Recipients[0].Replace('*', 'a'), message.SerializerId, message.Manifest, [8, 1]),
            Message(Root, 6, "", Selection(message.Recipients[0].Replace('*', 'a'), message.SerializerId, message.Manifest, [8, 1])),
        ])];
        int passed = 0;
        for (int round = 0; round < Mutations; round++)
        {
            byte[] frame = Mutate(good[random.Next(good.Length)], random);
            if (Judge(frame) is null && NodeFrame.Read(frame, out NodeFrame read) == NodeFrameKind.Message)
            {
                passed++;
                (int serializer, string manifest, string recipient) = AsTheToolkitReadsIt(frame);
                Assert.True(serializer == read.Payload.SerializerId, $"seed {seed}, round {round}");
                Assert.True(manifest == System.Text.Encoding.ASCII.GetString(read.Payload.Manifest), $"seed {seed}, round {round}");
                Assert.True(recipient == System.Text.Encoding.ASCII.GetString(read.Recipient), $"seed {seed}, round {round}");
            }
        }

        Assert.True(passed > 0, $"seed {seed}: nothing passed");
    }

    private static RefusedRead? Judge(byte[] frame) => FrameGate.Judge(frame, Self, out _);

    private static byte[] Mutate(byte[] frame, Random random)
    {
        var bytes = new List<byte>(frame);
        for (int change = random.Next(3); change >= 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when bytes.Count > 1:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }

    // Its classes are internal.
    private static (int Serializer, string Manifest, string Recipient) AsTheToolkitReadsIt(byte[] frame)
    {
        object pdu = Parse("AkkaProtocolMessage", frame);
        object envelope = Get(Parse("AckAndEnvelopeContainer", ((ByteString)Get(pdu, "Payload")).ToByteArray()), "Envelope");
        object payload = Get(envelope, "Message");
        return ((int)Get(payload, "SerializerId"), ((ByteString)Get(payload, "MessageManifest")).ToStringUtf8(), (string)Get(
            Get(envelope, "Recipient"), "Path"));
    }

    private static object Parse(string message, byte[] bytes)
    {
        Type type = typeof(Akka.Remote.IRemoteActorRefProvider).Assembly.GetType(
            $"Akka.Remote.Serialization.Proto.Msg.{message}", throwOnError: true)!;
        return ((MessageParser)type.GetProperty("Parser", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!).ParseFrom(bytes);
    }

    private static object Get(object message, string property) => message.GetType().GetProperty(property)!.GetValue(message)!;
}
