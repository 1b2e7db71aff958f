using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>What the front end keeps for a peer is in the account of its connection for as long as it keeps it.</summary>
public sealed class HeldBytesTests
{
    private const int EnvelopeBytes = 250;

    private static readonly byte[] Ns = "chat"u8.ToArray();

    private readonly ScriptedRegistry _registry = new();

    [Fact]
    public async Task A_request_under_way_is_held_until_it_is_answered()
    {
        using var frontEnd = new FrontEndFixture(_registry);
        using FakePeerConnection connection = FrontEndFixture.Silent(frontEnd.Peer);
        _registry.OnRegister = (_, token) => ScriptedRegistry.Hang<RegisterReply>(token);
        RendezvousDriver stream = frontEnd.OpenStream(connection);
        byte[] request = RawRequests.Register(Ns, frontEnd.Peer.Record()).ToArray();
        await stream.SendAsync(ProtobufBytes.Frame(request));
        await _registry.NextCallAsync();
        Assert.Equal(request.Length, connection.Account.HeldBytes);

        await frontEnd.StopAsync();

        Assert.Equal(0, connection.Account.HeldBytes);
    }

    [Fact]
    public async Task A_page_is_held_until_the_peer_has_taken_it()
    {
        const int Count = 1_000;
        using var frontEnd = new FrontEndFixture(_registry);
        using FakePeerConnection connection = FrontEndFixture.Silent(frontEnd.Peer);
        RendezvousNamespace ns = RendezvousNamespace.Parse("chat");
        _registry.OnDiscover = (query, _) => ValueTask.FromResult(new DiscoverReply(
            RendezvousStatus.Ok,
            string.Empty,
            [
                .. from revision in Enumerable.Range((int)query.AfterRevision + 1, Math.Min(query.Limit, Count - (int)query.AfterRevision))
                   select new DiscoveredRegistration(ns, new byte[EnvelopeBytes], RegistrationFlavour.Standard, 60, (ulong)revision),
            ],
            Count));
        RendezvousDriver stream = frontEnd.OpenStream(connection, windowBytes: 1_000);
        await stream.SendAsync(RawRequests.Discover(Ns).Framed());
        await Eventually.EqualAsync(true, () => connection.Account.HeldBytes > Count * EnvelopeBytes);

        Task handled = frontEnd.AllHandledAsync();
        while (!handled.IsCompleted)
        {
            // The time to write begins a moment after the page is held; the wait above bounds this loop.
            frontEnd.Time.Advance(new RendezvousLimits().ResponseWriteTimeout);
            await Task.Yield();
        }

        await handled;

        Assert.Equal(0, connection.Account.HeldBytes);
    }
}
