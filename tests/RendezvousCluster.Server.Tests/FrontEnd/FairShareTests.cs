using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Registry;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>What peers see when others ask for more than the node does at once, or do not read what they asked for.</summary>
public sealed class FairShareTests
{
    private const int EnvelopeBytes = 4_000;
    private const int PageRecords = 100;

    private static readonly byte[] Ns = "chat"u8.ToArray();
    private static readonly TimeSpan RequestTimeout = new RendezvousLimits().RequestTimeout;

    private readonly ScriptedRegistry _registry = new();

    [Theory]
    [InlineData("/ip4/198.51.100.77/tcp/40001", "198.51.100.0/24")]
    [InlineData("/ip6/2001:db8:1:2::7/tcp/40001", "2001:db8:1::/48")]
    [InlineData("/ip4/127.0.0.1/tcp/40001", "an unknown address")]
    public async Task A_registration_is_asked_for_in_the_name_of_its_subnet(string address, string subnet)
    {
        using var frontEnd = new FrontEndFixture(_registry);
        using var connection = new FakePeerConnection(frontEnd.Peer.KeyPair.PublicKey, Multiaddr.Parse(address)) { RemoteProtocols = [] };

        await frontEnd.OpenStream(connection).AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));

        Assert.Equal(subnet, ConnectionSource.NameOf(Assert.IsType<RegisterCommand>(Assert.Single(_registry.Calls)).Subnet));
    }

    [Fact]
    public async Task A_peer_that_does_not_read_its_pages_is_made_no_other_and_neither_its_commands_nor_others_wait()
    {
        using var frontEnd = new FrontEndFixture(_registry, limits => limits.MaxUnsentBytesPerConnection = EnvelopeBytes * PageRecords / 2);
        using FakePeerConnection deaf = FrontEndFixture.Silent(frontEnd.Peer);
        using FakePeerConnection other = FrontEndFixture.Silent(new TestPeer());
        _registry.OnDiscover = OnePage;
        await frontEnd.OpenRaw(deaf, windowBytes: 1_000).Output.WriteAsync(RawRequests.Discover(Ns, PageRecords).Framed()).Within();
        await Eventually.EqualAsync(true, () => deaf.Account.HeldBytes > EnvelopeBytes * PageRecords);
        int asked = _registry.Calls.Count;

        RendezvousDriver second = frontEnd.OpenStream(deaf);
        await second.SendAsync(RawRequests.Discover(Ns, PageRecords).Framed());
        Task<DiscoverResponse> waiting = second.ReceiveAsync<DiscoverResponse>();
        await Eventually.EqualAsync(1, () => frontEnd.Turns.Waiting);

        Assert.Equal(asked, _registry.Calls.Count);
        await frontEnd.UntilCountedOnceAsync("rendezvous.server.requests.held_back limit=unsent_bytes_per_connection");
        RegisterResponse registered =
            await frontEnd.OpenStream(deaf).AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));
        DiscoverResponse others = await frontEnd.OpenStream(other).AskAsync<DiscoverResponse>(RawRequests.Discover(Ns, limit: 1));
        Assert.Equal((RendezvousStatus.Ok, RendezvousStatus.Ok, false), (registered.Status, others.Status, waiting.IsCompleted));

        frontEnd.Time.Advance(RequestTimeout);
        DiscoverResponse refused = await waiting.Within();
        Assert.Equal(RendezvousStatus.Unavailable, refused.Status);
        Assert.Contains("read the answers", refused.StatusText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_waits_is_made_when_the_one_before_was_read()
    {
        using var frontEnd = new FrontEndFixture(_registry, limits => limits.MaxUnsentBytesPerConnection = EnvelopeBytes * PageRecords / 2);
        using FakePeerConnection slow = FrontEndFixture.Silent(frontEnd.Peer);
        _registry.OnDiscover = OnePage;
        RendezvousDriver first = frontEnd.OpenStream(slow, windowBytes: 1_000);
        await first.SendAsync(RawRequests.Discover(Ns, PageRecords).Framed());
        await Eventually.EqualAsync(true, () => slow.Account.HeldBytes > EnvelopeBytes * PageRecords);
        RendezvousDriver second = frontEnd.OpenStream(slow);
        await second.SendAsync(RawRequests.Discover(Ns, PageRecords).Framed());
        await Eventually.EqualAsync(1, () => frontEnd.Turns.Waiting);

        Assert.Equal(PageRecords, (await first.ReceiveAsync<DiscoverResponse>()).Registrations.Count);
        Assert.Equal(PageRecords, (await second.ReceiveAsync<DiscoverResponse>()).Registrations.Count);
        await Eventually.EqualAsync(0, () => frontEnd.Turns.Units);
    }

    [Fact]
    public async Task A_page_that_its_peer_does_not_take_lets_others_have_their_turn()
    {
        using var frontEnd = new FrontEndFixture(_registry, limits => limits.MaxWorkUnitsPerProcessor = 4);
        using FakePeerConnection deaf = FrontEndFixture.Silent(frontEnd.Peer);
        _registry.OnDiscover = OnePage;
        await frontEnd.OpenRaw(deaf, windowBytes: 1_000).Output.WriteAsync(RawRequests.Discover(Ns, PageRecords).Framed()).Within();
        await Eventually.EqualAsync(true, () => deaf.Account.HeldBytes > EnvelopeBytes * PageRecords);
        Assert.NotEqual(0, frontEnd.Turns.Units);

        // The timer of the turn is set a moment after the page is held.
        await Eventually.EqualAsync(true, () =>
        {
            frontEnd.Time.Advance(new RendezvousLimits().UnsentTurnTimeout);
            return frontEnd.Turns.Units == 0;
        });
    }

    [Fact]
    public async Task Commands_that_wait_for_the_registry_keep_no_turn()
    {
        const int Commands = 8;
        using var frontEnd = new FrontEndFixture(_registry, limits => limits.MaxWorkUnitsPerProcessor = 4);
        _registry.OnRegister = (_, token) => ScriptedRegistry.Hang<RegisterReply>(token);
        _registry.OnUnregister = (_, token) => ScriptedRegistry.Hang<UnregisterReply>(token);
        for (int index = 0; index < Commands; index++)
        {
            var peer = new TestPeer();
            ProtobufBytes request = index % 2 == 0 ? RawRequests.Register(Ns, peer.Record()) : RawRequests.Unregister(Ns);
            await frontEnd.OpenStream(FrontEndFixture.Silent(peer)).SendAsync(request.Framed());
            await _registry.NextCallAsync();
        }

        Assert.Equal((0, Commands), (frontEnd.Turns.Units, frontEnd.Gate.Inside));
        DiscoverResponse found = await frontEnd.OpenStream().AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        Assert.Equal(RendezvousStatus.Ok, found.Status);
    }

    [Fact]
    public async Task A_request_beyond_the_node_s_work_waits_for_its_turn_and_gets_an_answer_at_its_deadline()
    {
        const int Units = 4;
        using var frontEnd = new FrontEndFixture(_registry, limits => limits.MaxWorkUnitsPerProcessor = Units);
        var answer = new TaskCompletionSource<DiscoverReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _registry.OnDiscover = (_, _) => new ValueTask<DiscoverReply>(answer.Task);
        for (int index = 0; index < Units; index++)
        {
            await frontEnd.OpenStream(FrontEndFixture.Silent(new TestPeer())).SendAsync(RawRequests.Discover(Ns, limit: 1).Framed());
            await _registry.NextCallAsync();
        }

        RendezvousDriver late = frontEnd.OpenStream();
        await late.SendAsync(RawRequests.Discover(Ns, limit: 1).Framed());
        await Eventually.EqualAsync(1, () => frontEnd.Turns.Waiting);
        await frontEnd.UntilCountedOnceAsync("rendezvous.server.requests.held_back limit=work_units");
        frontEnd.Time.Advance(RequestTimeout);
        DiscoverResponse refused = await late.ReceiveAsync<DiscoverResponse>();
        Assert.Equal(RendezvousStatus.Unavailable, refused.Status);
        Assert.Contains("this node", refused.StatusText, StringComparison.Ordinal);
        Assert.Equal(Units, _registry.Calls.Count);

        answer.SetResult(new DiscoverReply(RendezvousStatus.Ok, "", [], 0));
        await Eventually.EqualAsync(0, () => frontEnd.Turns.Units);
        Assert.Equal(RendezvousStatus.Ok, (await late.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns, limit: 1))).Status);
    }

    private static ValueTask<DiscoverReply> OnePage(DiscoverQuery query, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new DiscoverReply(
            RendezvousStatus.Ok,
            string.Empty,
            [
                .. from revision in Enumerable.Range((int)query.AfterRevision + 1, query.Limit)
                   select new DiscoveredRegistration(
                       RendezvousNamespace.Parse("chat"), new byte[EnvelopeBytes], RegistrationFlavour.Standard, 60, (ulong)revision),
            ],
            (ulong)query.Limit));
}
