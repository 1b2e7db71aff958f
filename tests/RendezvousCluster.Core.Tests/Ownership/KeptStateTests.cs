using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Tests.Ownership;

public sealed class KeptStateTests
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);

    private readonly OwnerHarness _owner = new OwnerHarness(CompactionSettings.Default).Recover();
    private readonly KeptState<DiscoverQuery, INamespaceReply> _kept;

    public KeptStateTests()
    {
        _owner.RegisterOk(1, ttlSeconds: 7200);
        _owner.Advance(Age);
        _owner.Register(2);
        _owner.Owner.WriteFailed();
        _kept = _owner.Owner.Keep()!;
    }

    private DiscoverQuery Query => new(OwnerHarness.Chat, 0, 1000, int.MaxValue, DateTimeOffset.MaxValue);

    [Fact]
    public void A_kept_state_shows_committed_events_and_no_pending_ones()
    {
        DiscoverReply reply = Read(_owner.Now, TimeSpan.Zero);

        Assert.Equal((RendezvousStatus.Ok, 1), (reply.Status, reply.Registrations.Count));
        Assert.Equal(7200u - 30, reply.Registrations[0].RemainingTtlSeconds);
    }

    [Fact]
    public void A_registration_that_has_expired_since_is_not_shown() =>
        Assert.Empty(Read(_owner.Now.AddSeconds(7200), TimeSpan.Zero).Registrations);

    [Fact]
    public void Another_namespace_is_not_answered_for() => Assert.Equal(
        RendezvousStatus.Unavailable,
        Assert.IsType<DiscoverReply>(
            _kept.Read(Query with { Namespace = RendezvousNamespace.Parse("other") }, _owner.Now, TimeSpan.Zero, true)).Status);

    [Fact]
    public void A_kept_state_is_believed_for_as_long_as_the_settings_of_its_owner_say()
    {
        CompactionSettings settings = CompactionSettings.Default with { TrustAge = TimeSpan.FromSeconds(80) };
        OwnerHarness owner = new OwnerHarness(settings).Recover();
        owner.RegisterOk(1, ttlSeconds: 7200);
        owner.Advance(Age);
        owner.Register(2);
        owner.Owner.WriteFailed();
        KeptState<DiscoverQuery, INamespaceReply> kept = owner.Owner.Keep()!;
        TimeSpan rest = settings.RenewalAge - Age;

        Assert.Equal(RendezvousStatus.Ok, StatusAfter(rest - TimeSpan.FromTicks(1)));
        Assert.Equal(RendezvousStatus.Unavailable, StatusAfter(rest));

        RendezvousStatus StatusAfter(TimeSpan keptFor) =>
            Assert.IsType<DiscoverReply>(kept.Read(Query, owner.Now, keptFor, isUndisputed: false)).Status;
    }

    [Fact]
    public void A_kept_state_is_believed_as_long_as_an_owner_is_and_longer_only_if_nobody_disputes_it()
    {
        TimeSpan rest = CompactionSettings.Default.RenewalAge - Age;

        Assert.Equal(RendezvousStatus.Ok, Read(_owner.Now, rest - TimeSpan.FromTicks(1), isUndisputed: false).Status);
        Assert.Equal(RendezvousStatus.Unavailable, Read(_owner.Now, rest, isUndisputed: false).Status);
        Assert.Equal(RendezvousStatus.Ok, Read(_owner.Now, rest, isUndisputed: true).Status);
    }

    private DiscoverReply Read(DateTimeOffset now, TimeSpan keptFor, bool isUndisputed = true) =>
        Assert.IsType<DiscoverReply>(_kept.Read(Query, now, keptFor, isUndisputed));
}
