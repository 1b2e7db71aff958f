using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

public sealed class ReplyPageTests
{
    private const int Registrations = 1000;

    // References for a thousand, in a list that doubles as it grows, and a few objects for the page as a whole.
    private const int MaxPageBytes = (2 * 1024 * sizeof(long)) + 2048;

    private static readonly RendezvousNamespace Name = RendezvousNamespace.Parse("chat");
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DiscoverQuery Query = new(Name, 0, Registrations, int.MaxValue, DateTimeOffset.MaxValue);

    [Fact]
    public void A_page_costs_a_reference_for_each_registration_and_no_object()
    {
        NamespaceState state = Filled();
        Read(state); // what is allocated once, for the first page

        long before = GC.GetAllocatedBytesForCurrentThread();
        int found = Read(state);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(Registrations, found);
        Assert.InRange(allocated, 0, MaxPageBytes);
    }

    [Fact]
    public void A_page_stays_as_it_was_read_when_its_registrations_are_refreshed_removed_or_swept()
    {
        NamespaceState state = Filled();
        DiscoverReply page = state.Read(Query, Start.AddSeconds(10));
        DiscoveredRegistration[] asRead = [.. page.Registrations];

        state.Apply(new Refreshed(TestPeers.Id(0), 9000, Milliseconds(20), state.LastRevision + 1, 0));
        state.Apply(new Unregistered(TestPeers.Id(1), state.LastRevision + 1, Milliseconds(20)));
        state.Sweep(Start.AddDays(1));

        Assert.Equal(0, state.Count);
        Assert.Equal(asRead, page.Registrations);
        Assert.Equal(7190u, page.Registrations[^1].RemainingTtlSeconds);
    }

    private static int Read(NamespaceState state)
    {
        IReadOnlyList<DiscoveredRegistration> page = state.Read(Query, Start).Registrations;
        int found = 0;
        for (int index = 0; index < page.Count; index++)
        {
            found += page[index].RemainingTtlSeconds == 7200 ? 1 : 0;
        }

        return found;
    }

    private static long Milliseconds(int seconds) => Start.AddSeconds(seconds).ToUnixTimeMilliseconds();

    private static NamespaceState Filled()
    {
        var state = new NamespaceState(Name);
        for (int peer = 0; peer < Registrations; peer++)
        {
            var command = new RegisterCommand(
                Name, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, Start.AddSeconds(5));
            state.Apply(state.Decide(command, Start, state.LastRevision).Event!);
        }

        return state;
    }
}
