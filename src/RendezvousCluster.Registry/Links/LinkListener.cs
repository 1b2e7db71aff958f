using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using RendezvousCluster.Registry.Certificates;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// Answers those who dial this node. Each has <see cref="LinkLimits.ProofTimeout"/> to prove to be of the cluster,
/// <see cref="LinkLimits.MaxUnproven"/> may be about it at the same time, and nothing but memory for that is spent on them; the toolkit
/// learns only of those who have.
/// </summary>
internal sealed class LinkListener : IDisposable
{
    private readonly Socket _socket;
    private readonly LinkSettings _settings;
    private readonly LinkSetup _setup;
    private readonly LinkHandshake _handshake;
    private readonly Unproven _unproven;
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<LinkChannel, IPEndPoint, ByteString, bool> _proven;
    private readonly Func<int> _countLinks;

    /// <summary>Listens; takes nothing before <see cref="Start"/>.</summary>
    /// <param name="settings">Where.</param>
    /// <param name="setup">The bounds, and who learns of refusals.</param>
    /// <param name="proven">Takes a connection of a node over, with its first frame; false when it has no use for it any more.</param>
    /// <param name="countLinks">How many links there are from others.</param>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public LinkListener(
        LinkSettings settings, LinkSetup setup, Func<LinkChannel, IPEndPoint, ByteString, bool> proven, Func<int> countLinks)
    {
        (_settings, _setup, _proven, _countLinks) = (settings, setup, proven, countLinks);
        _handshake = new LinkHandshake(setup);
        _unproven = new Unproven(setup.Limits.MaxUnproven);
        _socket = new Socket(settings.Bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (settings.Bind.Address.Equals(IPAddress.IPv6Any))
            {
                _socket.DualMode = true;
            }

            _socket.Bind(settings.Bind);
            _socket.Listen(settings.Backlog);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>How many have not proved anything yet.</summary>
    internal int UnprovenCount => _unproven.Count;

    /// <summary>Begins to answer.</summary>
    public void Start() => _ = AcceptAsync();

    /// <summary>Answers nobody any more.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _socket.AcceptAsync(_closing.Token).ConfigureAwait(false);
                _ = GreetAsync(socket);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return; // closed
            }
            catch (SocketException)
            {
                // The other side hung up, or there are no descriptors: both pass, and the others must not be kept from this node for ever.
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync()
    {
        TimeProvider timeProvider = _setup.Time;
        try
        {
            await Task.Delay(_setup.Limits.AcceptPause, timeProvider, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return; // closed
        }
    }

    // Never throws.
    private async Task GreetAsync(Socket socket)
    {
        IPAddress from = IPAddress.None;
        try
        {
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            from = remote.Address;
            await ProveAsync(socket, remote).ConfigureAwait(false);
        }
        catch (StrangerException stranger)
        {
            socket.Dispose();
            _setup.Strangers.TurnedAway(stranger.Kind, from, stranger.Subject);
        }
        catch (Exception exception) when (LinkEnd.IsOne(exception))
        {
            socket.Dispose();
            if (!_closing.IsCancellationRequested)
            {
                _setup.Strangers.TurnedAway(StrangerKind.HungUp, from);
            }
        }
    }

    private async Task ProveAsync(Socket socket, IPEndPoint remote)
    {
        if (_countLinks() + _unproven.Count >= _setup.Limits.MaxInboundLinks)
        {
            throw new StrangerException(StrangerKind.Crowded);
        }

        using var timeout = new CancellationTokenSource(_setup.Limits.ProofTimeout, _setup.Time);
        using var crowded = new CancellationTokenSource();
        using var given = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, crowded.Token, _closing.Token);
        using IDisposable place = _unproven.Enter(remote.Address, () => Cancel(crowded));
        try
        {
            LinkChannel.Prepare(socket, _settings);
            (LinkChannel channel, ByteString first) = await _handshake.AnswerAsync(socket, given.Token).ConfigureAwait(false);
            if (!_proven(channel, remote, first))
            {
                socket.Dispose();
            }
        }
        catch (OperationCanceledException exception) when (!_closing.IsCancellationRequested)
        {
            throw new StrangerException(crowded.IsCancellationRequested ? StrangerKind.Crowded : StrangerKind.Silent, cause: exception);
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // it has just proved itself
        }
    }
}
