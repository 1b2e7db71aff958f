using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

public sealed class NamespaceStateTests
{
    private static readonly RendezvousNamespace Name = RendezvousNamespace.Parse("chat");
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly NamespaceState _state = new(Name);

    [Fact]
    public void Deciding_changes_nothing()
    {
        Assert.NotNull(_state.Decide(Register(1), Start, 0).Event);

        Assert.True(_state.IsEmpty);
        Assert.Equal(0ul, _state.LastRevision);
    }

    [Fact]
    public void The_first_register_stores_the_envelope_and_a_refresh_does_not_store_it_again()
    {
        Registered registered = Assert.IsType<Registered>(Commit(Register(1)));
        Assert.Equal(TestPeers.Envelope(1), registered.Registration.Envelope);

        Refreshed refreshed = Assert.IsType<Refreshed>(Commit(Register(1, ttlSeconds: 9000)));
        Assert.Equal((9000u, registered.Revision + 1), (refreshed.TtlSeconds, refreshed.Revision));
    }

    [Fact]
    public void After_expiry_the_envelope_is_stored_anew()
    {
        Commit(Register(1, ttlSeconds: 10));

        DateTimeOffset expiry = Start.AddSeconds(10);
        Assert.IsType<Registered>(_state.Decide(Register(1, at: expiry), expiry, _state.LastRevision).Event);
        Assert.IsType<Refreshed>(_state.Decide(Register(1, at: expiry), expiry.AddTicks(-1), _state.LastRevision).Event);
    }

    [Fact]
    public void A_registration_that_another_owner_wrote_is_stored_anew_with_its_first_refresh()
    {
        Commit(Register(1));
        _state.Recovered(Start, uncertainUntil: default);

        Commit(Assert.IsType<Registered>(_state.Decide(Register(1), Start, _state.LastRevision).Event));
        Assert.IsType<Refreshed>(_state.Decide(Register(1), Start, _state.LastRevision).Event);
    }

    [Fact]
    public void A_batch_takes_revisions_in_the_order_of_its_decisions()
    {
        NamespaceEvent first = _state.Decide(Register(1), Start, _state.LastRevision).Event!;
        NamespaceEvent second = _state.Decide(Register(2), Start, ((Registered)first).Revision).Event!;
        _state.Apply(first);
        _state.Apply(second);

        Assert.Equal(
            [Revision.At(Start), Revision.At(Start) + 1], _state.LiveAfter(0, Start).Select(registration => registration.Revision));
    }

    [Fact]
    public void Two_states_that_read_the_same_events_and_snapshot_each_have_a_queue_of_their_own()
    {
        var events = Enumerable.Range(1, 3).Select(peer => Commit(Register(peer, ttlSeconds: (uint)(40 - (10 * peer))))!).ToList();
        var fromEvents = new NamespaceState(Name);
        events.ForEach(fromEvents.Apply);
        var fromSnapshot = NamespaceState.From(_state.ToSnapshot(default));

        Assert.All([fromEvents, _state, fromSnapshot], state =>
        {
            Assert.Equal(Start.AddSeconds(10), state.NextExpiry);
            Assert.Equal(1, state.Sweep(Start.AddSeconds(10)));
            Assert.Equal(Start.AddSeconds(20), state.NextExpiry);
            Assert.Equal(2, state.Sweep(Start.AddSeconds(30)));
        });
    }

    [Fact]
    public void Unregister_of_an_expired_registration_makes_no_event()
    {
        Commit(Register(1, ttlSeconds: 10));
        DateTimeOffset expiry = Start.AddSeconds(10);

        Assert.Null(_state.Decide(Unregister(1, expiry), expiry, _state.LastRevision).Event);
        Assert.NotNull(_state.Decide(Unregister(1, expiry), expiry.AddMilliseconds(-1), _state.LastRevision).Event);
    }

    [Fact]
    public void A_late_copy_of_an_unregister_does_not_remove_what_was_registered_after_it()
    {
        Commit(Register(1, at: Start.AddMilliseconds(1)));

        Decision<UnregisterReply> late = _state.Decide(Unregister(1, Start), Start, _state.LastRevision);

        Assert.Equal((null, RendezvousStatus.Unavailable), (late.Event, late.Reply.Status));
    }

    [Fact]
    public void An_older_command_with_another_envelope_is_not_acknowledged()
    {
        Commit(Register(1, version: 2, at: Start.AddMilliseconds(1)));

        Decision<RegisterReply> late = _state.Decide(Register(1, version: 1), Start, _state.LastRevision);

        Assert.Equal((null, RendezvousStatus.Unavailable), (late.Event, late.Reply.Status));
    }

    [Fact]
    public void A_newer_record_is_accepted_even_from_a_front_end_whose_clock_is_behind()
    {
        Commit(Register(1, sequence: 1, at: Start.AddSeconds(2)));

        Assert.IsType<Registered>(_state.Decide(Register(1, version: 1, sequence: 2), Start, _state.LastRevision).Event);
    }

    [Fact]
    public void An_older_command_that_lengthens_is_accepted()
    {
        Commit(Register(1, ttlSeconds: 60, at: Start.AddSeconds(2)));

        Refreshed refreshed = Assert.IsType<Refreshed>(_state.Decide(Register(1, ttlSeconds: 600), Start, _state.LastRevision).Event);

        Assert.Equal((Start.AddSeconds(7)).ToUnixTimeMilliseconds(), refreshed.DeadlineUnixMilliseconds);
    }

    [Fact]
    public void Sweeping_frees_exactly_what_has_expired()
    {
        Commit(Register(1, ttlSeconds: 10));
        Commit(Register(2, ttlSeconds: 20));
        Assert.Equal(Start.AddSeconds(10), _state.NextExpiry);

        Assert.Equal(0, _state.Sweep(Start.AddSeconds(10).AddMilliseconds(-1)));
        Assert.Equal(1, _state.Sweep(Start.AddSeconds(10)));

        Assert.Equal((1, Start.AddSeconds(20)), (_state.Count, _state.NextExpiry));
    }

    [Fact]
    public void Events_applied_in_order_give_the_state_even_if_some_have_expired_meanwhile()
    {
        var events = new List<NamespaceEvent> { new Opened(Guid.NewGuid(), Name) };
        events.Add(Commit(Register(1, ttlSeconds: 10))!);
        events.Add(Commit(Register(1, ttlSeconds: 100))!);
        events.Add(Commit(Register(2, ttlSeconds: 10))!);
        events.Add(Commit(Unregister(2, Start))!);
        var recovered = new NamespaceState(Name);

        events.ForEach(recovered.Apply);

        StoredRegistration only = Assert.Single(recovered.LiveAfter(0, Start.AddSeconds(99)));
        Assert.Equal(TestPeers.Envelope(1), only.Envelope);
        Assert.Equal(_state.LastRevision, recovered.LastRevision);
        Assert.Equal(RendezvousStatus.Unavailable, recovered.Decide(Register(2, at: Start.AddTicks(-10_000)), Start, 0).Reply.Status);
    }

    [Fact]
    public void A_journal_of_another_namespace_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => _state.Apply(new Opened(Guid.NewGuid(), RendezvousNamespace.Parse("other"))));
        Assert.Throws<InvalidOperationException>(() => _state.Apply(new Refreshed(TestPeers.Id(1), 1, 0, 1, 0)));
    }

    [Fact]
    public void Hundred_thousand_registrations_take_less_than_600_bytes_each()
    {
        const int Count = 100_000;
        var state = new NamespaceState(Name);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int peer = 0; peer < Count; peer++)
        {
            state.Apply(state.Decide(Register(peer), Start, state.LastRevision).Event!);
        }

        for (int peer = 0; peer < Count; peer += 2)
        {
            state.Apply(state.Decide(Register(peer), Start, state.LastRevision).Event!);
        }

        long perRegistration = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        Console.WriteLine($"{perRegistration} bytes per registration");
        Assert.InRange(perRegistration, 300, 600);
        Assert.Equal(Count, state.Count);
    }

    private static RegisterCommand Register(
        int peer, int version = 0, ulong sequence = 1, uint ttlSeconds = 7200, DateTimeOffset? at = null) =>
        new(Name, TestPeers.Id(
            peer), TestPeers.Envelope(peer, version), RegistrationFlavour.Standard, sequence, ttlSeconds, (at ?? Start).AddSeconds(5));

    private static UnregisterCommand Unregister(int peer, DateTimeOffset at) => new(Name, TestPeers.Id(peer), at.AddSeconds(5));

    private NamespaceEvent? Commit(RegisterCommand command) => Commit(_state.Decide(command, Start, _state.LastRevision).Event);

    private NamespaceEvent? Commit(UnregisterCommand command) => Commit(_state.Decide(command, Start, _state.LastRevision).Event);

    private NamespaceEvent? Commit(NamespaceEvent? @event)
    {
        Assert.NotNull(@event);
        _state.Apply(@event);
        return @event;
    }
}
