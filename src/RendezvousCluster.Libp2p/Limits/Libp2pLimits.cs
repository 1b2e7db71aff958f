namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// Every bound of the host, in one place. Each has a default with its reason; a bound that bites is a logged and counted refusal,
/// never an exception that ends a listener. The defaults are pinned by a golden test: changing one is a visible diff.
/// </summary>
public sealed class Libp2pLimits
{
    // --- time -------------------------------------------------------------------------------------------------------

    /// <summary>Raw connection to ready muxer. go allows 15 s, js 10 s; a real peer takes milliseconds.</summary>
    public TimeSpan UpgradeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Accept to the first byte. A peer's first bytes follow its SYN by a round trip.</summary>
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>multistream-select on one stream. js allows 10 s.</summary>
    public TimeSpan StreamNegotiationTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Establishing a TCP or WebSocket connection when dialling.</summary>
    public TimeSpan DialTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer may refuse to read before its connection is aborted; go-yamux's ConnectionWriteTimeout.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Between keep-alive pings of the muxer; the 30 s of go-yamux and js-yamux.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Unanswered keep-alive for this long ends the connection.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Asking a peer for identify. js and go allow 5 s.</summary>
    public TimeSpan IdentifyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Least time between two identify pushes of a connection; a push before it is refused. go allows one in 5 s.</summary>
    public TimeSpan IdentifyPushInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Waiting for the answer to our own ping; go gives up after 10 s.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A ping stream that sends nothing for this long is closed.</summary>
    public TimeSpan PingIdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a full mplex stream may hold up its connection before it is reset; go waited 5 s.</summary>
    public TimeSpan MplexStallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a connection may stay beyond <see cref="MaxReceiveBytesPerConnection"/>; then it is ended. The application reads in
    /// milliseconds, unless it waits for the peer to read its answers.
    /// </summary>
    public TimeSpan ReceiveOverrunTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The pause after each read of a connection that is beyond <see cref="MaxReceiveBytesPerConnection"/>, until the application has read
    /// enough: it slows a flood to about half a MiB a second, so that it costs others neither memory nor time. Zero for none.
    /// </summary>
    public TimeSpan ReceiveOverrunPause { get; set; } = TimeSpan.FromMilliseconds(250);

    // --- connections ------------------------------------------------------------------------------------------------

    /// <summary>Connections in total; an idle one costs about 20 KiB.</summary>
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>
    /// Connections from one IP address (IPv6: one /56), loopback excepted. go allows 8; NATs of offices and carriers want more.
    /// </summary>
    public int MaxConnectionsPerIp { get; set; } = 64;

    /// <summary>
    /// Connections from one subnet (IPv4: /24, IPv6: /48), loopback excepted: a tenth of all, so that ten neighbourhoods fit.
    /// </summary>
    public int MaxConnectionsPerSubnet { get; set; } = 2_000;

    /// <summary>Connections of one peer id; go allows 8, a second one is normal when both sides dial at once.</summary>
    public int MaxConnectionsPerPeer { get; set; } = 8;

    /// <summary>
    /// Inbound connections whose upgrade has not ended. Each costs a handshake of about 0.2 ms CPU. At this bound, and at the next two, the
    /// oldest that has not sent a byte makes place for a newcomer.
    /// </summary>
    public int MaxPendingHandshakes { get; set; } = 512;

    /// <summary>
    /// The same from one IP address (IPv6: one /56), loopback excepted; as half of its connections, all begun within a second.
    /// </summary>
    public int MaxPendingHandshakesPerIp { get; set; } = 32;

    /// <summary>The same from one subnet (IPv4: /24, IPv6: /48), loopback excepted: a quarter of all.</summary>
    public int MaxPendingHandshakesPerSubnet { get; set; } = 128;

    // --- streams ----------------------------------------------------------------------------------------------------

    /// <summary>Inbound streams open at once per connection; a rendezvous peer needs a handful, the interop suites open 100.</summary>
    public int MaxInboundStreamsPerConnection { get; set; } = 256;

    /// <summary>Outbound streams open at once per connection.</summary>
    public int MaxOutboundStreamsPerConnection { get; set; } = 256;

    /// <summary>Streams that wait to be accepted or whose protocol is not agreed yet, per connection.</summary>
    public int MaxPendingStreamsPerConnection { get; set; } = 128;

    /// <summary>
    /// Sustained rate of inbound streams per connection and second that are opened and not served to their end: the guard against rapid
    /// reset. Streams whose answer was written and closed do not count, so a peer that opens one for each request may be as fast as it can.
    /// </summary>
    public int StreamOpensPerSecond { get; set; } = 500;

    /// <summary>Burst above the sustained rate.</summary>
    public int StreamOpensBurst { get; set; } = 1_000;

    /// <summary>Outbound opens per second on mplex: js-mplex 12 aborts a connection that opens more than five in a second.</summary>
    public int MplexOutboundOpensPerSecond { get; set; } = 4;

    /// <summary>Concurrent ping streams per connection; go allows two.</summary>
    public int MaxPingStreamsPerConnection { get; set; } = 2;

    // --- bytes ------------------------------------------------------------------------------------------------------

    /// <summary>Yamux receive window per stream: the initial window that the spec fixes.</summary>
    public int YamuxWindowBytes { get; set; } = 256 * 1024;

    /// <summary>Largest Data frame that we send, so that streams share the connection fairly.</summary>
    public int MuxerMaxSendFrameBytes { get; set; } = 16 * 1024;

    /// <summary>
    /// Received and not yet read, over all streams of a connection: four full windows. Beyond it window updates are withheld, and the
    /// connection is read at a crawl (<see cref="ReceiveOverrunPause"/>). That does not take windows back that are open already, 64 MiB
    /// over all streams; so a connection that stays beyond it is ended (<see cref="ReceiveOverrunTimeout"/>).
    /// </summary>
    public int MaxReceiveBytesPerConnection { get; set; } = 1024 * 1024;

    /// <summary>
    /// What all connections together may make this host hold, in bytes: received and unread, written and not taken by the peer, answers
    /// that wait, handshakes under way. Beyond it the connection that holds the most is ended first. It leaves a process of 512 MiB room
    /// for pools and garbage, and honest peers, who read what they ask for, hold a hundredth of it in a busy hour.
    /// </summary>
    public long MaxHeldBytes { get; set; } = 192 * 1024 * 1024;

    /// <summary>Largest mplex message; the reference implementations' 1 MiB.</summary>
    public int MplexMaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>Buffered per mplex stream. mplex has no windows: a full stream first holds up the connection, then is reset.</summary>
    public int MplexStreamBufferBytes { get; set; } = 256 * 1024;

    /// <summary>Control frames waiting to be written; when full, reading stops until the remote reads.</summary>
    public int MaxPendingControlFrames { get; set; } = 64;

    /// <summary>Largest Noise handshake message; an RSA-8192 identity takes 2.2 KiB.</summary>
    public int NoiseMaxHandshakeBytes { get; set; } = 8 * 1024;

    /// <summary>Largest multistream-select line; go and js use 1024.</summary>
    public int MaxNegotiationLineBytes { get; set; } = 1024;

    /// <summary>Protocols a remote may propose in one negotiation.</summary>
    public int MaxNegotiationProposals { get; set; } = 16;

    /// <summary>One identify message as received; go and js accept 8 KiB.</summary>
    public int IdentifyMaxMessageBytes { get; set; } = 8 * 1024;

    /// <summary>One identify message as sent: rust reads no longer ones.</summary>
    public int IdentifyMaxSentMessageBytes { get; set; } = 4 * 1024;

    /// <summary>Identify may come in several messages; go and js read at most ten.</summary>
    public int IdentifyMaxMessages { get; set; } = 10;

    /// <summary>Protocol ids kept of a peer's identify.</summary>
    public int IdentifyMaxProtocols { get; set; } = 128;

    /// <summary>Longest protocol id kept of a peer's identify; the longest in use have about 60 bytes.</summary>
    public int IdentifyMaxProtocolIdBytes { get; set; } = 256;

    /// <summary>
    /// Addresses kept of a peer's identify. A peer behind two relays has about fifty; ten messages of 8 KiB could bring ten thousand, for
    /// every connection.
    /// </summary>
    public int IdentifyMaxAddresses { get; set; } = 128;

    /// <summary>Bytes kept of a peer's agent version and protocol version.</summary>
    public int IdentifyMaxAgentBytes { get; set; } = 128;
}
