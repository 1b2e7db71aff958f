namespace RendezvousCluster.Server.Settings.Table;

/// <summary>The other bounds of the libp2p host, section <c>Libp2p:Limits</c>.</summary>
internal static class Libp2pLimitSettings
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private static readonly SettingType Wait = Kinds.Time(Kinds.Ms(100), Kinds.Minutes(5));
    private static readonly SettingType Streams = Kinds.Count(1, 10_000);
    private static readonly SettingType Rate = Kinds.Count(1, 1_000_000);

    public static readonly Setting[] Rows =
    [
        New(Setting.Of(
            options => options.Libp2p.Limits.StreamNegotiationTimeout, Wait, "How long agreeing on the protocol of a stream may take.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.DialTimeout, Wait,
            "How long establishing a connection may take when this node dials.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.WriteTimeout, Wait, "How long a peer may refuse to read before its connection is ended.")),
        New(Setting.Of(options => options.Libp2p.Limits.IdentifyTimeout, Wait, "How long asking a peer for identify may take.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.IdentifyPushInterval, Kinds.Time(TimeSpan.Zero, TimeSpan.FromHours(1)),
            "The least time between two identify pushes of a connection; a push before it is refused.")),
        New(Setting.Of(options => options.Libp2p.Limits.PingTimeout, Wait, "How long the answer to a ping of this node may take.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.PingIdleTimeout, Kinds.Time(Kinds.S(1), TimeSpan.FromDays(1)),
            "A ping stream that sends nothing for this long is closed.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MplexStallTimeout, Wait,
            "How long a full mplex stream may hold up its connection before it is reset.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.ReceiveOverrunTimeout, Wait,
            "How long a connection may stay beyond MaxReceiveBytesPerConnection; then it is ended.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.ReceiveOverrunPause, Kinds.Time(TimeSpan.Zero, Kinds.S(10)),
            "The pause after each read of a connection that is beyond MaxReceiveBytesPerConnection; 0 for none.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MaxInboundStreamsPerConnection, Streams,
            "Streams that a peer may have open at once on one connection.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MaxOutboundStreamsPerConnection, Streams,
            "Streams that this node opens at once on one connection.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MaxPendingStreamsPerConnection, Streams,
            "Streams of a connection that wait to be accepted or whose protocol is not agreed yet.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.StreamOpensPerSecond, Rate,
            "Streams that a peer may open each second on one connection without letting them be served to their end.")),
        New(Setting.Of(options => options.Libp2p.Limits.StreamOpensBurst, Rate, "How many more of those it may open at once.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MplexOutboundOpensPerSecond, Kinds.Count(1, 1_000),
            "Streams that this node opens each second over mplex; js-mplex ends connections that open more than five.")),
        New(Setting.Of(options => options.Libp2p.Limits.MaxPingStreamsPerConnection, Streams, "Ping streams of one connection at once.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.YamuxWindowBytes, Kinds.Size(256 * KiB, 16 * MiB),
            "The bytes that a peer may send on one yamux stream before it is read; at most MaxReceiveBytesPerConnection.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MuxerMaxSendFrameBytes, Kinds.Size(KiB, 256 * KiB),
            "The largest frame of data that this node sends, so that streams share the connection fairly.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MplexMaxMessageBytes, Kinds.Size(4 * KiB, 16 * MiB),
            "The largest mplex message that is received.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MplexStreamBufferBytes, Kinds.Size(4 * KiB, 16 * MiB),
            "The bytes kept of an mplex stream until it is read; a full one holds up its connection.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MaxPendingControlFrames, Kinds.Count(8, 100_000),
            "Control frames that wait to be written; when there are as many, reading stops.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.NoiseMaxHandshakeBytes, Kinds.Size(KiB, 65_535), "The largest message of a Noise handshake.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MaxNegotiationLineBytes, Kinds.Size(128, 64 * KiB),
            "The longest line of multistream-select.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.MaxNegotiationProposals, Kinds.Count(1, 1_000),
            "Protocols that a peer may propose for one stream.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.IdentifyMaxMessageBytes, Kinds.Size(KiB, MiB),
            "The largest identify message that is received.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.IdentifyMaxSentMessageBytes, Kinds.Size(KiB, 64 * KiB),
            "The largest identify message that is sent; rust reads 4 KiB.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.IdentifyMaxMessages, Kinds.Count(1, 100), "Messages that one identify may come in.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.IdentifyMaxProtocols, Kinds.Count(1, 10_000), "Protocol ids kept of a peer's identify.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.IdentifyMaxProtocolIdBytes, Kinds.Size(32, 4 * KiB),
            "The longest protocol id kept of a peer's identify.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.IdentifyMaxAddresses, Kinds.Count(1, 10_000), "Addresses kept of a peer's identify.")),
        New(Setting.Of(
            options => options.Libp2p.Limits.IdentifyMaxAgentBytes, Kinds.Size(16, 4 * KiB), "Bytes kept of a peer's agent version.")),
    ];

    private static Setting New(Setting setting) => setting with { Since = "0.2" };
}
