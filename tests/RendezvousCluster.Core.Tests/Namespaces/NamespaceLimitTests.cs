using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

/// <summary>How many peers a namespace takes: the limit counts live registrations, and never refuses a refresh.</summary>
public sealed class NamespaceLimitTests
{
    private const int Limit = 3;

    private static readonly RendezvousNamespace Name = RendezvousNamespace.Parse("chat");
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly NamespaceState _state = new(Name) { MaxRegistrations = Limit };

    [Fact]
    public void The_default_is_that_of_the_limits() =>
        Assert.Equal(new RegistrationLimits().MaxRegistrationsPerNamespace, new NamespaceState(Name).MaxRegistrations);

    [Fact]
    public void A_batch_does_not_overshoot()
    {
        Commit(Register(0), Start);
        int growth = 0;
        var decided = new List<Decision<RegisterReply>>();
        for (int peer = 1; peer < 10; peer++)
        {
            Decision<RegisterReply> decision = _state.Decide(Register(peer), Start, (ulong)peer, growth);
            growth += decision.Growth;
            decided.Add(decision);
        }

        Assert.Equal(Limit - 1, decided.Count(decision => decision.Event is not null));
        Assert.All(decided.Skip(Limit - 1), decision =>
            Assert.Equal(
                (RendezvousStatus.Unavailable, StatusTexts.NamespaceFull, true),
                (decision.Reply.Status, decision.Reply.StatusText, decision.Reply.IsAbsent)));
    }

    [Fact]
    public void A_peer_that_leaves_in_a_batch_makes_room_in_it_and_a_refresh_takes_none()
    {
        Fill();

        Decision<UnregisterReply> left = _state.Decide(new UnregisterCommand(Name, TestPeers.Id(0), Start.AddSeconds(5)), Start, 100);
        Decision<RegisterReply> refreshed = _state.Decide(Register(1), Start, 101, left.Growth);
        Decision<RegisterReply> came = _state.Decide(Register(7), Start, 102, left.Growth + refreshed.Growth);
        Decision<RegisterReply> late = _state.Decide(Register(8), Start, 103, left.Growth + refreshed.Growth + came.Growth);

        Assert.Equal((-1, 0, 1, 0), (left.Growth, refreshed.Growth, came.Growth, late.Growth));
        Assert.Equal(RendezvousStatus.Ok, came.Reply.Status);
        Assert.Equal(StatusTexts.NamespaceFull, late.Reply.StatusText);
    }

    [Fact]
    public void An_expired_peer_does_not_count_swept_or_not()
    {
        Commit(Register(0, ttlSeconds: 10), Start);
        Commit(Register(1), Start);
        Commit(Register(2), Start);
        DateTimeOffset expiry = Start.AddSeconds(10);

        Assert.False(IsLetIn(3, expiry.AddMilliseconds(-1)));
        Assert.True(IsLetIn(3, expiry));
        Assert.Equal(3, _state.Count);
        _state.SweepIfFull(expiry);
        Assert.Equal(2, _state.Count);
        Assert.True(IsLetIn(3, expiry));
    }

    [Fact]
    public void A_registration_after_its_expiry_is_new()
    {
        Commit(Register(0, ttlSeconds: 10), Start);
        DateTimeOffset expiry = Start.AddSeconds(10);

        Assert.Equal(1, _state.Decide(Register(0, at: expiry), expiry, _state.LastRevision).Growth);
    }

    [Theory]
    [InlineData(nameof(Admission.QuotaReached), RendezvousStatus.NotAuthorized)]
    [InlineData(nameof(Admission.PointFull), RendezvousStatus.Unavailable)]
    public void A_command_that_is_not_admitted_may_refresh_and_replace_but_not_add(string admissionName, RendezvousStatus refusal)
    {
        Admission admission = Enum.Parse<Admission>(admissionName);
        Commit(Register(0), Start);

        Assert.IsType<Refreshed>(_state.Decide(Register(0) with { Admission = admission }, Start, _state.LastRevision).Event);
        Assert.IsType<Registered>(_state.Decide(
            Register(0) with { Admission = admission, Envelope = TestPeers.Envelope(0, version: 1) }, Start, _state.LastRevision).Event);
        RegisterReply refused = _state.Decide(Register(1) with { Admission = admission }, Start, _state.LastRevision).Reply;
        Assert.Equal((refusal, true), (refused.Status, refused.IsAbsent));
        Assert.NotEmpty(refused.StatusText);
    }

    [Fact]
    public void At_a_full_point_a_record_may_grow_to_a_KiB_and_one_that_is_larger_may_not_grow()
    {
        RegisterCommand full = Register(0) with { Admission = Admission.PointFull };
        Commit(Register(0), Start);
        int least = PlaceCharge.LeastBytes - full.Namespace.Utf8.Length;

        Assert.NotNull(_state.Decide(full with { Envelope = new byte[least] }, Start, _state.LastRevision).Event);
        RegisterReply refused = _state.Decide(full with { Envelope = new byte[least + 1] }, Start, _state.LastRevision).Reply;
        Assert.Equal((RendezvousStatus.Unavailable, false), (refused.Status, refused.IsAbsent));
        Assert.Equal(StatusTexts.NoRoomForLarger, refused.StatusText);
        Commit(Register(0) with { Envelope = new byte[3_000] }, Start);
        Assert.NotNull(_state.Decide(full with { Envelope = new byte[3_000] }, Start, _state.LastRevision).Event);
    }

    [Fact]
    public void A_refusal_of_what_is_there_does_not_say_that_it_is_absent()
    {
        Commit(Register(0) with { RecordSequence = 5 }, Start);

        RegisterReply older = _state.Decide(Register(0) with { RecordSequence = 4 }, Start, _state.LastRevision).Reply;

        Assert.Equal((RendezvousStatus.InvalidSignedPeerRecord, false), (older.Status, older.IsAbsent));
    }

    [Fact]
    public void A_limit_below_what_is_there_takes_nothing_away()
    {
        Fill();
        _state.MaxRegistrations = 1;
        _state.SweepIfFull(Start);

        Assert.Equal(Limit, _state.Count);
        Assert.NotNull(_state.Decide(Register(2), Start, _state.LastRevision).Event);
        Assert.False(IsLetIn(9, Start));
    }

    private static RegisterCommand Register(int peer, uint ttlSeconds = 60, DateTimeOffset? at = null) => new(
        Name, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, ttlSeconds, (at ?? Start).AddSeconds(5));

    private bool IsLetIn(int peer, DateTimeOffset now) =>
        _state.Decide(Register(peer, at: now), now, _state.LastRevision).Event is not null;

    private void Commit(RegisterCommand command, DateTimeOffset now) =>
        _state.Apply(_state.Decide(command, now, _state.LastRevision).Event!);

    private void Fill()
    {
        for (int peer = 0; peer < Limit; peer++)
        {
            Commit(Register(peer), Start);
        }
    }
}
