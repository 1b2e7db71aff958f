using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using RendezvousCluster.Registry.Certificates;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// How both sides of a new connection prove to be of the cluster.
/// </summary>
/// <remarks>
/// The side that was dialled waits for the first byte before it spends anything on TLS; bytes that do not begin a TLS record end the
/// connection. In the handshake both sides show their certificates (<see cref="ClusterCertificates"/>). Then it waits for the first frame,
/// which must be the one that a node begins with: only now does the toolkit hear of the connection. Without TLS the last is all there is.
/// The side that dials has nothing to wait for after the handshake.
/// </remarks>
internal sealed class LinkHandshake(LinkSetup setup)
{
    private const byte TlsHandshakeRecord = 0x16;

    /// <summary>Answers a connection.</summary>
    /// <exception cref="StrangerException">It is not of the cluster.</exception>
    /// <exception cref="Exception">It broke, for any of the reasons in <see cref="LinkEnd"/>.</exception>
    public async Task<(LinkChannel Channel, ByteString First)> AnswerAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] peeked = new byte[1];
        if (await socket.ReceiveAsync(peeked, SocketFlags.Peek, cancellationToken).ConfigureAwait(false) == 0)
        {
            throw new StrangerException(StrangerKind.HungUp);
        }

        LinkChannel channel = LinkChannel.Plain(socket);
        if (setup.Credentials is { } credentials)
        {
            channel = peeked[0] == TlsHandshakeRecord
                ? await SecureAsync(
                    credentials.Current, (own, judge) => LinkChannel.AnswerAsync(socket, own.ToServerOptions(judge), cancellationToken))
                    .ConfigureAwait(false)
                : throw new StrangerException(StrangerKind.NoTls);
        }

        try
        {
            ByteString? first = await channel.Frames.ReadAsync(setup.Limits.MaxFirstFrameBytes, cancellationToken).ConfigureAwait(false);
            return first is null ? throw new StrangerException(StrangerKind.HungUp)
                : AssociateFrame.IsOne(first) ? (channel, first)
                : throw new StrangerException(StrangerKind.NoNode);
        }
        catch (InvalidDataException exception)
        {
            throw new StrangerException(StrangerKind.NoNode, cause: exception);
        }
    }

    /// <summary>Proves this node to one that it has dialled.</summary>
    /// <exception cref="StrangerException">It is not of the cluster.</exception>
    /// <exception cref="Exception">It broke, for any of the reasons in <see cref="LinkEnd"/>.</exception>
    public async Task<LinkChannel> BeginAsync(Socket socket, CancellationToken cancellationToken) => setup.Credentials is { } credentials
        ? await SecureAsync(
            credentials.Current,
            (own, judge) => LinkChannel.BeginAsync(socket, own.ToClientOptions(judge), cancellationToken)).ConfigureAwait(false)
        : LinkChannel.Plain(socket);

    private async Task<LinkChannel> SecureAsync(
        ClusterCertificates own, Func<ClusterCertificates, RemoteCertificateValidationCallback, Task<LinkChannel>> authenticate)
    {
        StrangerKind? verdict = null;
        string? subject = null;
        X509Certificate2Collection? between = null;
        try
        {
            LinkChannel channel = await authenticate(own, Judge).ConfigureAwait(false);
            channel.Between = between;
            return channel;
        }
        catch (Exception exception) when (LinkEnd.IsOne(exception)
            && (verdict is not null || exception is not (OperationCanceledException or ObjectDisposedException)))
        {
            throw new StrangerException(verdict ?? StrangerKind.BrokenHandshake, subject, exception);
        }

        // Which errors the system finds does not matter: it knows the machine's authorities, or looks at names.
        bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            // The handshake lets go of its own copies.
            between = chain is null
                ? null
                : [.. chain.ChainPolicy.ExtraStore.Select(one => X509CertificateLoader.LoadCertificate(one.RawData))];
            subject = certificate?.Subject;
            verdict = own.Judge(certificate as X509Certificate2, between, setup.Time.GetUtcNow());
            return verdict is null;
        }
    }
}
