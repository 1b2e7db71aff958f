using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

/// <summary>What a journal without its beginning leaves, while clocks are uncertain.</summary>
public sealed class JournaledNamespaceTests
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Believed = Now.AddHours(1);

    [Theory]
    [InlineData(0, false)]
    [InlineData(60, true)]
    public void A_registration_that_seems_to_have_expired_is_kept_without_a_name_until_the_clock_is_believed(int minutes, bool isEmpty)
    {
        JournaledNamespace state = WithoutBeginning();

        state.Recovered(Now.AddMinutes(minutes));

        Assert.Equal(isEmpty, state.IsEmpty);
    }

    [Fact]
    public void A_registration_that_seems_to_have_expired_is_kept_when_a_caller_names_the_namespace()
    {
        JournaledNamespace state = WithoutBeginning();
        state.Recovered(Now);

        Assert.True(state.Adopt(new UnregisterCommand(Chat, TestPeers.Id(2), Now.AddSeconds(5))));

        Assert.Equal((1, 1), (state.State!.Count, state.State.UncertainCount));
    }

    [Fact]
    public void An_event_behind_a_hole_may_be_of_another_process_than_the_one_before_it()
    {
        var times = new NamespaceTimes(TimeSpan.FromSeconds(5));
        ClockReading clock = new(Now, Guid.NewGuid(), TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, Believed);
        times.FromJournal(new Opened(Guid.NewGuid(), Chat) { Run = clock.Run }, clock);
        Assert.False(Registration(times.FromJournal(Registered(), clock)).IsEstimated);

        times.PassHole();

        Assert.True(Registration(times.FromJournal(Registered(), clock)).IsEstimated);
        Assert.True(times.AnyEstimated);
    }

    [Fact]
    public void A_refresh_behind_a_second_hole_counts_for_nothing_that_came_before_it()
    {
        var state = new JournaledNamespace(1000);
        state.PassHole();
        state.Apply(Registered());
        state.Apply(new Unregistered(TestPeers.Id(1), 2, Now.ToUnixTimeMilliseconds()));
        state.PassHole();
        state.Apply(new Refreshed(TestPeers.Id(1), 7200, Now.ToUnixTimeMilliseconds(), 4, Now.ToUnixTimeMilliseconds()));

        state.Apply(new Opened(Guid.NewGuid(), Chat));

        Assert.Equal((0, 4UL), (state.Count, state.State!.LastRevision));
    }

    private static JournaledNamespace WithoutBeginning()
    {
        var times = new NamespaceTimes(TimeSpan.FromSeconds(5));
        ClockReading clock = new(Now, Guid.NewGuid(), TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, Believed);
        var state = new JournaledNamespace(1000, Believed);
        times.PassHole();
        state.PassHole();
        state.Apply(times.FromJournal(Registered(), clock));
        return state;
    }

    private static StoredRegistration Registration(NamespaceEvent @event) => Assert.IsType<Registered>(@event).Registration;

    // It expired a second ago, if the clock is right.
    private static Registered Registered()
    {
        long expired = Now.AddSeconds(-1).ToUnixTimeMilliseconds();
        var registration = new StoredRegistration(
            TestPeers.Id(1), TestPeers.Envelope(1), RegistrationFlavour.Standard, 1, 1, expired, expired - 7_195_000, 7200);
        return new Registered(registration);
    }
}
