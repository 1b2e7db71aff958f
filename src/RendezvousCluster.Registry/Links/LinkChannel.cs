using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace RendezvousCluster.Registry.Links;

/// <summary>A connection, with TLS over it or not, before it is a link.</summary>
internal sealed class LinkChannel
{
    private LinkChannel(Socket socket, Stream stream)
    {
        Socket = socket;
        Stream = stream;
        Frames = new FrameReader(stream);
    }

    public Socket Socket { get; }

    public Stream Stream { get; }

    public FrameReader Frames { get; }

    /// <summary>What the other side showed; null without TLS.</summary>
    public X509Certificate2? Certificate => (Stream as SslStream)?.RemoteCertificate as X509Certificate2;

    /// <summary>The certificates that it has sent besides.</summary>
    public X509Certificate2Collection? Between { get; set; }

    /// <summary>A connection without TLS.</summary>
    public static LinkChannel Plain(Socket socket) => new(socket, new NetworkStream(socket, ownsSocket: false));

    /// <summary>Answers a TLS handshake.</summary>
    /// <exception cref="Exception">It failed, for any of the reasons in <see cref="LinkEnd"/>.</exception>
    public static Task<LinkChannel> AnswerAsync(
        Socket socket, SslServerAuthenticationOptions options, CancellationToken cancellationToken) =>
        SecureAsync(socket, tls => tls.AuthenticateAsServerAsync(options, cancellationToken));

    /// <summary>Begins a TLS handshake.</summary>
    /// <exception cref="Exception">It failed, for any of the reasons in <see cref="LinkEnd"/>.</exception>
    public static Task<LinkChannel> BeginAsync(
        Socket socket, SslClientAuthenticationOptions options, CancellationToken cancellationToken) =>
        SecureAsync(socket, tls => tls.AuthenticateAsClientAsync(options, cancellationToken));

    /// <summary>Sets what all sockets between nodes have.</summary>
    public static void Prepare(Socket socket, LinkSettings settings)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (settings.SendBufferBytes > 0)
        {
            socket.SendBufferSize = settings.SendBufferBytes;
        }

        if (settings.ReceiveBufferBytes > 0)
        {
            socket.ReceiveBufferSize = settings.ReceiveBufferBytes;
        }
    }

    private static async Task<LinkChannel> SecureAsync(Socket socket, Func<SslStream, Task> authenticate)
    {
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false);
        try
        {
            await authenticate(tls).ConfigureAwait(false);
            return new LinkChannel(socket, tls);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
