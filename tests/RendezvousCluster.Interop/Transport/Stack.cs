namespace RendezvousCluster.Interop.Transport;

/// <summary>The side that opened the connection.</summary>
public enum Dialler
{
    Js,
    Us,
}

/// <summary>One way in which a js peer and we can be connected.</summary>
/// <param name="Transport"><c>tcp</c> or <c>ws</c>.</param>
/// <param name="Muxer"><c>yamux</c> or <c>mplex</c>: the only one that the js peer speaks, while we offer both.</param>
public sealed record Stack(string Transport, string Muxer, Dialler Dialler)
{
    public static IReadOnlyList<Stack> All { get; } =
    [
        .. from transport in new[] { "tcp", "ws" }
           from muxer in new[] { "yamux", "mplex" }
           from dialler in Enum.GetValues<Dialler>()
           select new Stack(transport, muxer, dialler),
    ];

    public string MuxerProtocol => Muxer == "yamux" ? "/yamux/1.0.0" : "/mplex/6.7.0";

    public string ListenAddress => Transport == "ws" ? "/ip4/127.0.0.1/tcp/0/ws" : "/ip4/127.0.0.1/tcp/0";
}
