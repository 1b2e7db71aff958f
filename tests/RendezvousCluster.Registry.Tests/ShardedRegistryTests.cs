using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Tests.Quotas;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests;

/// <summary>The front end's side of an ask, with the test in the place of the shard region.</summary>
public sealed class ShardedRegistryTests : TestKit
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");
    private static readonly RegisterReply Accepted = new(RendezvousStatus.Ok, string.Empty, 7200);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ScriptedLedger _ledger = new();
    private readonly TestProbe _region;

    public ShardedRegistryTests()
        : base("akka.loglevel = OFF") => _region = CreateTestProbe();

    [Fact]
    public async Task A_command_told_to_retry_is_sent_again()
    {
        ShardedRegistry registry = Create();
        Task<RegisterReply> reply = RegisterAsync(registry);

        await AnswerAsync(RetryLater.Instance);
        await AnswerAsync(Accepted);

        Assert.Same(Accepted, await reply.Within());
    }

    [Fact]
    public async Task A_command_without_an_answer_is_sent_again()
    {
        ShardedRegistry registry = Create(tryTimeout: TimeSpan.FromMilliseconds(50));
        Task<RegisterReply> reply = RegisterAsync(registry);

        await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);
        await AnswerAsync(Accepted);

        // On a slow machine the answer may be late for its try; the next one is answered too.
        _region.SetAutoPilot(new DelegateAutoPilot((sender, _) =>
        {
            sender.Tell(Accepted);
            return AutoPilot.KeepRunning;
        }));
        Assert.Equal(Accepted, await reply.Within());
    }

    [Fact]
    public async Task After_the_last_try_the_answer_is_unavailable()
    {
        ShardedRegistry registry = Create();
        Task<RegisterReply> reply = RegisterAsync(registry);

        for (int tries = 0; tries < AskPolicy.MaxTries; tries++)
        {
            Assert.False(reply.IsCompleted);
            await AnswerAsync(RetryLater.Instance);
        }

        Assert.Equal(
            (RendezvousStatus.Unavailable, EntityAsker.NoAnswerToRegister), ((await reply.Within()).Status, (await reply).StatusText));
        Assert.False(_region.HasMessages);
    }

    [Fact]
    public async Task After_the_deadline_nothing_is_asked()
    {
        ShardedRegistry registry = Create();
        Task<RegisterReply> reply = RegisterAsync(registry);
        _time.Advance(TimeSpan.FromSeconds(5));
        await AnswerAsync(RetryLater.Instance);

        Assert.Equal(RendezvousStatus.Unavailable, (await reply.Within()).Status);
        Assert.False(_region.HasMessages);
    }

    [Fact]
    public async Task A_refusal_of_the_entity_is_final()
    {
        ShardedRegistry registry = Create();
        var full = new RegisterReply(RendezvousStatus.Unavailable, StatusTexts.QueueFull, 0);
        Task<RegisterReply> reply = RegisterAsync(registry);

        await AnswerAsync(full);

        Assert.Same(full, await reply.Within());
    }

    [Fact]
    public async Task Asks_in_flight_are_bounded()
    {
        ShardedRegistry registry = Create(maxInFlight: 2);
        Task<RegisterReply>[] replies = [RegisterAsync(registry), RegisterAsync(registry), RegisterAsync(registry)];

        await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);
        IActorRef asker = _region.LastSender;
        await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);
        IActorRef otherAsker = _region.LastSender;
        Assert.False(_region.HasMessages);

        asker.Tell(Accepted);
        await AnswerAsync(Accepted);
        otherAsker.Tell(Accepted);
        Assert.All(await Task.WhenAll(replies).Within(), reply => Assert.Equal(RendezvousStatus.Ok, reply.Status));
    }

    [Fact]
    public async Task Pages_between_nodes_stay_below_the_frame_and_are_joined()
    {
        ShardedRegistry registry = Create();
        Task<DiscoverReply> reply = registry.DiscoverAsync(
            new DiscoverQuery(Chat, 0, 1000, 960 * 1024, _time.GetUtcNow().AddSeconds(5)), CancellationToken.None).AsTask();

        DiscoverQuery first = Assert.IsType<DiscoverQuery>((await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default)).Message);
        Assert.Equal((0ul, 1000, AskPolicy.MaxPageBytes), (first.AfterRevision, first.Limit, first.MaxBytes));
        _region.Reply(Page(Enumerable.Range(1, 24)));
        DiscoverQuery second = Assert.IsType<DiscoverQuery>((await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default)).Message);
        Assert.Equal((24ul, 976, AskPolicy.MaxPageBytes), (second.AfterRevision, second.Limit, second.MaxBytes));
        _region.Reply(Page([25]));

        DiscoverReply joined = await reply.Within();
        Assert.Equal(25, joined.Registrations.Count);
        Assert.Equal(25ul, joined.CookieRevision);
        Assert.False(_region.HasMessages);
    }

    [Fact]
    public async Task Flavours_chosen_for_the_first_page_are_those_of_the_others()
    {
        ShardedRegistry registry = Create();
        DiscoverQuery query = new(Chat, 7, 1000, 960 * 1024, _time.GetUtcNow().AddSeconds(5))
        {
            Flavours = FlavourPreference.Of(RegistrationFlavours.RoutingState, RegistrationFlavours.Standard),
            FlavoursRead = RegistrationFlavours.RoutingState,
        };
        Task<DiscoverReply> reply = registry.DiscoverAsync(query, CancellationToken.None).AsTask();
        DiscoverQuery first = Assert.IsType<DiscoverQuery>((await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default)).Message);
        Assert.Equal((query.Flavours, query.FlavoursRead), (first.Flavours, first.FlavoursRead));
        _region.Reply(Page(Enumerable.Range(1, 24)) with { Flavours = RegistrationFlavours.Standard });

        DiscoverQuery second = Assert.IsType<DiscoverQuery>((await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default)).Message);

        Assert.Equal(FlavourPreference.Of(RegistrationFlavours.Standard), second.Flavours);
        Assert.Equal((24ul, RegistrationFlavours.All), (second.AfterRevision, second.FlavoursRead));
        _region.Reply(Page([25]));
        Assert.Equal(RegistrationFlavours.Standard, (await reply.Within()).Flavours);
    }

    [Fact]
    public async Task When_a_later_page_fails_what_was_read_is_answered()
    {
        ShardedRegistry registry = Create();
        Task<DiscoverReply> reply = registry.DiscoverAsync(
            new DiscoverQuery(Chat, 0, 1000, 960 * 1024, _time.GetUtcNow().AddSeconds(5)), CancellationToken.None).AsTask();
        await AnswerAsync(Page(Enumerable.Range(1, 24)));
        await AnswerAsync(RegistryReplies.Discover(RendezvousStatus.Unavailable, "stalled"));

        DiscoverReply joined = await reply.Within();

        Assert.Equal((RendezvousStatus.Ok, 24, 24ul), (joined.Status, joined.Registrations.Count, joined.CookieRevision));
    }

    [Fact]
    public async Task A_region_that_fails_is_an_outage_and_not_an_exception()
    {
        var registry = Create(new EntityAsker(() => ActorRefs.Nobody, _time, NullLogger.Instance, TimeSpan.FromMilliseconds(20)));

        Assert.Equal(RendezvousStatus.Unavailable, (await RegisterAsync(registry).Within()).Status);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_a_cancellation()
    {
        ShardedRegistry registry = Create();
        using var cancellation = new CancellationTokenSource();
        Task<RegisterReply> reply = RegisterAsync(registry, cancellation.Token);
        await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reply.Within());
    }

    private ShardedRegistry Create(TimeSpan? tryTimeout = null, int maxInFlight = AskPolicy.MaxInFlight) =>
        Create(new EntityAsker(() => _region.Ref, _time, NullLogger.Instance, tryTimeout ?? TestTimeouts.Default, maxInFlight));

    private ShardedRegistry Create(EntityAsker namespaces) =>
        new(namespaces, new ShardedDirectory(new EntityAsker(() => null, _time, NullLogger.Instance), _time), _ledger, _time);

    private Task<RegisterReply> RegisterAsync(
        ShardedRegistry registry, CancellationToken cancellationToken = default) => registry.RegisterAsync(
        new RegisterCommand(
            Chat, TestPeers.Id(1), TestPeers.Envelope(1), RegistrationFlavour.Standard, 1, 7200, _time.GetUtcNow().AddSeconds(5)),
        cancellationToken).AsTask();

    private async Task AnswerAsync(object answer)
    {
        await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);
        _region.Reply(answer);
    }

    private static DiscoverReply Page(IEnumerable<int> revisions)
    {
        DiscoveredRegistration[] registrations =
            [.. revisions.Select(
                revision => new DiscoveredRegistration(Chat, new byte[4096], RegistrationFlavour.Standard, 60, (ulong)revision))];
        return new DiscoverReply(RendezvousStatus.Ok, string.Empty, registrations, registrations[^1].Revision);
    }
}
