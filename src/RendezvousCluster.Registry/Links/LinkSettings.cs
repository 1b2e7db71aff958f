using System.Net;
using Akka.Configuration;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// What the configuration of the actor system says of links. The names are those of the toolkit's own transport, whose place this one has.
/// </summary>
/// <param name="Bind">Where to listen.</param>
/// <param name="PublicHost">Where the others reach this node, if not at <paramref name="Bind"/>.</param>
/// <param name="PublicPort">See <paramref name="PublicHost"/>; null: the port that is listened on.</param>
/// <param name="HasTls">Whether both sides of a link show certificates.</param>
/// <param name="MaxFrameBytes">The largest message that is sent or taken.</param>
/// <param name="DialTimeout">From looking a name up to the end of the TLS handshake.</param>
/// <param name="SendBufferBytes">Of a socket.</param>
/// <param name="ReceiveBufferBytes">Of a socket.</param>
/// <param name="Backlog">Connections that the system keeps for this node until it takes them.</param>
internal sealed record LinkSettings(
    IPEndPoint Bind,
    string? PublicHost,
    int? PublicPort,
    bool HasTls,
    int MaxFrameBytes,
    TimeSpan DialTimeout,
    int SendBufferBytes,
    int ReceiveBufferBytes,
    int Backlog)
{
    /// <summary>Where these settings stand.</summary>
    public const string Path = "akka.remote.dot-netty.tcp";

    /// <summary>The name of the kind of address, with which that of a node begins: <c>akka.ssl.tcp://rendezvous@node-1:4053</c>.</summary>
    public string Scheme => HasTls ? "ssl.tcp" : "tcp";

    /// <summary>Reads them.</summary>
    /// <exception cref="ConfigurationException">The address to listen on is not an IP address.</exception>
    public static LinkSettings From(Config config)
    {
        string host = config.GetString("hostname", "");
        if (!IPAddress.TryParse(host, out IPAddress? address))
        {
            throw new ConfigurationException($"{Path}.hostname: '{host}' is not an address to listen on.");
        }

        string publicHost = config.GetString("public-hostname", "");
        int publicPort = config.GetInt("public-port", 0);
        return new LinkSettings(
            new IPEndPoint(address, config.GetInt("port", 0)),
            publicHost.Length == 0 ? null : publicHost,
            publicPort == 0 ? null : publicPort,
            config.GetBoolean("enable-ssl", false),
            (int)config.GetByteSize("maximum-frame-size", null)!.Value,
            config.GetTimeSpan("connection-timeout", null),
            (int)(config.GetByteSize("send-buffer-size", null) ?? 0),
            (int)(config.GetByteSize("receive-buffer-size", null) ?? 0),
            config.GetInt("backlog", 0));
    }
}
