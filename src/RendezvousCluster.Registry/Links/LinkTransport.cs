using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;
using Google.Protobuf;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// The transport of the actor system: connections between nodes over TCP, with mutual TLS. It is in the place of the toolkit's own, whose
/// wire it speaks, because the toolkit's keeps its certificates until the process ends, gives strangers all the time and log that they
/// want, and ends the process when a stranger sits where it dials.
/// </summary>
/// <remarks>
/// The toolkit makes it by its name in the configuration; what it needs besides comes as <see cref="LinkSetup"/> of the actor system. When
/// other certificates come into use, links to nodes end that the authorities which are trusted now do not vouch for; all others stay.
/// </remarks>
internal sealed class LinkTransport : Transport, IDisposable
{
    private readonly LinkSettings _settings;
    private readonly LinkSetup _setup;
    private readonly LinkDialler _dialler;
    private readonly ConcurrentDictionary<Link, bool> _links = new(ReferenceEqualityComparer.Instance);
    private readonly TaskCompletionSource<IAssociationEventListener> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkListener? _listener;
    private Address? _local;
    private volatile bool _isClosed;

    /// <summary>Called by the toolkit.</summary>
    public LinkTransport(ActorSystem system, Config config)
    {
        (System, Config) = (system, config);
        _settings = LinkSettings.From(config);
        _setup = system.Settings.Setup.Get<LinkSetup>() is { HasValue: true, Value: { } setup }
            && setup.Credentials is not null == _settings.HasTls
            ? setup
            : throw new ConfigurationException(
                $"{LinkSettings.Path}: the certificates of links, or that there are none, must be given to the actor system as well.");
        _dialler = new LinkDialler(_settings, _setup);
        SchemeIdentifier = _settings.Scheme;
        MaximumPayloadBytes = _settings.MaxFrameBytes;
    }

    /// <summary>Links that are open.</summary>
    internal int LinkCount => _links.Count;

    /// <summary>Connections that have not proved to be of the cluster yet.</summary>
    internal int UnprovenCount => _listener?.UnprovenCount ?? 0;

    /// <inheritdoc/>
    public override bool IsResponsibleFor(Address remote) => true;

    /// <inheritdoc/>
    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        try
        {
            _listener = new LinkListener(_settings, _setup, Take, () => _links.Count(link => link.Value));
        }
        catch (SocketException exception)
        {
            // The toolkit waits for ever for a transport that throws here, and looks only at the task.
            return Task.FromException<(Address, TaskCompletionSource<IAssociationEventListener>)>(exception);
        }

        IPEndPoint bound = _listener.LocalEndPoint;
        string host = NodeEndpoint.ToAddressHost(_settings.PublicHost ?? _settings.Bind.Address.ToString());
        _local = new Address(SchemeIdentifier, System.Name, host, _settings.PublicPort ?? bound.Port);
        if (_setup.Credentials is { } credentials)
        {
            credentials.Changed += EndUntrusted;
        }

        _ = StartAsync(_listener);
        return Task.FromResult((_local, _listening));
    }

    /// <inheritdoc/>
    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        LinkChannel channel = await _dialler.DialAsync(remoteAddress).ConfigureAwait(false);
        return Add(channel, remoteAddress, first: null, isInbound: false)
            ?? throw new InvalidAssociationException($"This node is closing its links; it dials nobody any more: {remoteAddress}");
    }

    /// <inheritdoc/>
    public override async Task<bool> Shutdown()
    {
        _isClosed = true;
        _listener?.Dispose();
        if (_setup.Credentials is { } credentials)
        {
            credentials.Changed -= EndUntrusted;
        }

        Link[] links = [.. _links.Keys];
        Array.ForEach(links, link => link.Close());
        await Task.WhenAll(links.Select(link => link.Ended)).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener?.Dispose();

    // The toolkit listens when its own part of the start is over; a node that dials meanwhile waits in the backlog.
    private async Task StartAsync(LinkListener listener)
    {
        await _listening.Task.ConfigureAwait(false);
        listener.Start();
    }

    private bool Take(LinkChannel channel, IPEndPoint from, ByteString first)
    {
        if (Add(channel, NodeEndpoint.ToAddress(from, SchemeIdentifier, System.Name), first, isInbound: true) is not { } link)
        {
            return false;
        }

        _ = NotifyAsync(link);
        return true;
    }

    private async Task NotifyAsync(Link link)
    {
        IAssociationEventListener listener = await _listening.Task.ConfigureAwait(false);
        listener.Notify(new InboundAssociation(link));
    }

    // Null when it came too late.
    private Link? Add(LinkChannel channel, Address remote, ByteString? first, bool isInbound)
    {
        var link = new Link(_local!, remote, channel, _settings, _setup.Limits, _setup.Time, first);
        _links[link] = isInbound;
        _ = RemoveAtEndAsync(link);
        if (!_isClosed)
        {
            return link;
        }

        link.Abort();
        return null;
    }

    private async Task RemoveAtEndAsync(Link link)
    {
        await link.Ended.ConfigureAwait(false);
        _links.TryRemove(link, out _);
    }

    private void EndUntrusted()
    {
        ClusterCertificates current = _setup.Credentials!.Current;
        foreach (Link link in _links.Keys)
        {
            if (current.Judge(link.Certificate, link.Between, _setup.Time.GetUtcNow()) is StrangerKind.OtherAuthority)
            {
                link.Close();
            }
        }
    }
}
