using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Points;

/// <summary>
/// A request to a hostile point ends with one of the library's exceptions, in time, and nothing stays behind.
/// </summary>
public sealed class HostilePointTests
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    public static TheoryData<string, byte[], Type> Answers => new()
    {
        { "nothing", [], typeof(InvalidResponseException) },
        { "a frame of 1 MiB and a byte", Prefix((1024 * 1024) + 1), typeof(InvalidResponseException) },
        { "a frame without an end", [.. Prefix(100), 1, 2, 3], typeof(InvalidResponseException) },
        { "a length without an end", [.. Enumerable.Repeat((byte)0xff, 11)], typeof(InvalidResponseException) },
        { "no protobuf", [3, 0xff, 0xff, 0xff], typeof(InvalidResponseException) },
        { "an empty message", [0], typeof(InvalidResponseException) },
        { "the answer to something else", Framed(ClientBytes.RegisterResponse), typeof(InvalidResponseException) },
        { "a request", Framed(ClientBytes.RustDiscover), typeof(InvalidResponseException) },
        { "two bytes for each of 8193 registrations", Framed(ManyEmptyRegistrations(8_193)), typeof(InvalidResponseException) },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_is_none_is_refused(string what, byte[] bytes, Type type)
    {
        await using var fixture = new ClientFixture();
        await using var client = new PointClient(fixture.Point.Point, fixture.Context);
        fixture.Point.Serve = async stream =>
        {
            await stream.Input.ReadAsync();
            await stream.Output.WriteAsync(bytes);
            await stream.CloseWriteAsync();
        };

        Exception? exception = await Record.ExceptionAsync(() => client.DiscoverAsync(Chat, 10, default, insist: false, default)).Within();

        Assert.True(exception?.GetType() == type, $"{what}: {exception}");
        Assert.False(client.Health.IsHealthy);
    }

    [Fact]
    public async Task A_reset_fails_the_request()
    {
        await using var fixture = new ClientFixture();
        await using var client = new PointClient(fixture.Point.Point, fixture.Context);
        fixture.Point.Serve = stream =>
        {
            stream.Reset();
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<PointUnreachableException>(() => client.DiscoverAsync(Chat, 10, default, insist: false, default)).Within();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_point_that_never_answers_is_given_up_with_its_connection(bool dribbles)
    {
        var timeout = TimeSpan.FromSeconds(7); // like no other timer's
        var probe = new TimerProbe(timeout);
        await using var fixture = new ClientFixture(configure: options => options.Limits.RequestTimeout = timeout, time: probe);
        await using var client = new PointClient(fixture.Point.Point, fixture.Context);
        fixture.Point.Serve = async stream =>
        {
            await stream.Output.WriteAsync(dribbles ? [.. Prefix(100), 0] : Array.Empty<byte>());
            await new TaskCompletionSource().Task;
        };

        Task request = client.DiscoverAsync(Chat, 10, default, insist: false, default);
        await probe.Started.Within();
        probe.Advance(timeout);

        await Assert.ThrowsAsync<PointUnreachableException>(() => request).Within();
        Assert.Equal(0, fixture.Point.OpenConnections);
    }

    [Fact]
    public async Task A_dial_that_never_ends_is_given_up()
    {
        var timeout = TimeSpan.FromSeconds(7); // like no other timer's
        var probe = new TimerProbe(timeout);
        await using var fixture = new ClientFixture(configure: options => options.Limits.ConnectTimeout = timeout, time: probe);
        await using var client = new PointClient(fixture.Point.Point, fixture.Context);
        fixture.Node.BeforeDial = (_, token) => new TaskCompletionSource().Task.WaitAsync(token);

        Task request = client.DiscoverAsync(Chat, 10, default, insist: false, default);
        await probe.Started.Within();
        probe.Advance(timeout);

        await Assert.ThrowsAsync<PointUnreachableException>(() => request).Within();
    }

    [Fact]
    public async Task A_point_that_speaks_another_protocol_is_not_reached()
    {
        await using var fixture = new ClientFixture();
        await using var client = new PointClient(fixture.Point.Point, fixture.Context);
        fixture.Point.ProtocolIds = ["/vac/waku/rendezvous/1.0.0"];

        await Assert.ThrowsAsync<PointUnreachableException>(() => client.DiscoverAsync(Chat, 10, default, insist: false, default)).Within();
    }

    [Fact]
    public async Task An_answered_stream_that_is_not_closed_is_left_after_a_moment()
    {
        var limits = new RendezvousClientLimits();
        var probe = new TimerProbe(limits.StreamCloseTimeout);
        await using var fixture = new ClientFixture(time: probe);
        await using var client = new PointClient(fixture.Point.Point, fixture.Context);
        fixture.Point.Serve = async stream =>
        {
            await stream.Output.WriteAsync(Framed(ClientBytes.StandardDiscoverResponse));
            await new TaskCompletionSource().Task;
        };

        Task<Protocol.Messages.DiscoverResponse> request = client.DiscoverAsync(Chat, 10, default, insist: false, default);
        await probe.Started.Within();
        probe.Advance(limits.StreamCloseTimeout);

        Assert.Single((await request.Within()).Registrations);
        Assert.True(client.Health.IsHealthy);
    }

    private static byte[] Framed(byte[] message) => [.. Prefix(message.Length), .. message];

    private static byte[] Prefix(int length)
    {
        byte[] prefix = new byte[UnsignedVarint.MaxBytes];
        return prefix[..UnsignedVarint.Write(prefix, (ulong)length)];
    }

    private static byte[] ManyEmptyRegistrations(int count)
    {
        var body = new ProtobufBytes();
        for (int index = 0; index < count; index++)
        {
            body.Bytes(1, []);
        }

        return new ProtobufBytes().Varint(1, 4).Message(6, body).ToArray();
    }
}
