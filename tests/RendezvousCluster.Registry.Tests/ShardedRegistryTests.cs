using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tests.Quotas;
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
        int arrived = 0;
        _region.SetAutoPilot(new DelegateAutoPilot((sender, _) =>
        {
            if (Interlocked.Increment(ref arrived) > 1)
            {
                sender.Tell(Accepted);
            }

            return AutoPilot.KeepRunning;
        }));

        Task<RegisterReply> reply = RegisterAsync(Create(tryTimeout: TimeSpan.FromMilliseconds(300)));

        Assert.Same(Accepted, await reply.Within());
        Assert.InRange(arrived, 2, AskPolicy.MaxTries); // on a slow machine an answer may be late for its try
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
            (RendezvousStatus.Unavailable, StatusTexts.RegisterTimedOut), ((await reply.Within()).Status, (await reply).StatusText));
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_is_asked_for_once_and_stays_below_the_frame_between_nodes(bool isComplete)
    {
        ShardedRegistry registry = Create();
        DiscoverQuery query = new(Chat, 7, 1000, 960 * 1024, _time.GetUtcNow().AddSeconds(5))
        {
            Flavours = FlavourPreference.Of(RegistrationFlavours.RoutingState, RegistrationFlavours.Standard),
            FlavoursRead = RegistrationFlavours.RoutingState,
        };
        Task<DiscoverReply> reply = registry.DiscoverAsync(query, CancellationToken.None).AsTask();

        NamespaceCommand asked = await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);
        Assert.Equal(query with { MaxBytes = AskPolicy.MaxPageBytes }, asked.Message);
        DiscoverReply page = Page(Enumerable.Range(8, 24)) with { IsComplete = isComplete };
        _region.Reply(page);

        Assert.Same(page, await reply.Within());
        Assert.False(_region.HasMessages);
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
