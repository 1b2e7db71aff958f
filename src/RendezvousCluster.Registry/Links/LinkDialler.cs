using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote.Transport;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// Dials other nodes. All of it, from looking the name up to the end of the TLS handshake, has <see cref="LinkSettings.DialTimeout"/>: as
/// long as a node dials another it does not hear what the other says otherwise.
/// </summary>
internal sealed class LinkDialler(LinkSettings settings, LinkSetup setup)
{
    private readonly LinkHandshake _handshake = new(setup);

    /// <summary>Dials a node.</summary>
    /// <exception cref="InvalidAssociationException">It came to nothing. The toolkit knows this kind of exception, and tells its
    /// message.</exception>
    public async Task<LinkChannel> DialAsync(Address node)
    {
        if (node.Host is not { } host || node.Port is not { } port)
        {
            throw new InvalidAssociationException($"{node} has no host and port to dial.");
        }

        using var timeout = new CancellationTokenSource(settings.DialTimeout, setup.Time);
        Socket? socket = null;
        try
        {
            socket = await ConnectAsync(host, port, timeout.Token).ConfigureAwait(false);
            LinkChannel channel = await _handshake.BeginAsync(socket, timeout.Token).ConfigureAwait(false);
            if (setup.Credentials is not null)
            {
                setup.Strangers.DialledNode();
            }

            return channel;
        }
        catch (StrangerException stranger)
        {
            socket?.Dispose();
            setup.Strangers.Dialled(node, stranger.Message);
            throw new InvalidAssociationException($"{stranger.Message} {node}");
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new InvalidAssociationException($"{exception.Message} {node}");
        }
        catch (Exception exception) when (LinkEnd.IsOne(exception))
        {
            socket?.Dispose();
            throw new InvalidAssociationException(
                timeout.IsCancellationRequested
                    ? $"No connection within {settings.DialTimeout.TotalSeconds:0.#} s {node}"
                    : $"{exception.Message} {node}");
        }
    }

    // One address after the other; none takes the time of those behind it.
    private async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        long start = setup.Time.GetTimestamp();
        IReadOnlyList<IPAddress> addresses = await NodeEndpoint.ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        for (int index = 0; ; index++)
        {
            var socket = new Socket(addresses[index].AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            TimeSpan left = settings.DialTimeout - setup.Time.GetElapsedTime(start);
            using var share = new CancellationTokenSource(
                left > TimeSpan.Zero ? left / (addresses.Count - index) : TimeSpan.Zero, setup.Time);
            using var given = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellationToken);
            try
            {
                LinkChannel.Prepare(socket, settings);
                await socket.ConnectAsync(new IPEndPoint(addresses[index], port), given.Token).ConfigureAwait(false);
                return socket;
            }
            catch (Exception exception) when (LinkEnd.IsOne(exception))
            {
                socket.Dispose();
                if (index + 1 == addresses.Count || cancellationToken.IsCancellationRequested)
                {
                    throw;
                }
            }
        }
    }
}
