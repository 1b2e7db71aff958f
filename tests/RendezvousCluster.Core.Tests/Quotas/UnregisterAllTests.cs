using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Quotas;

/// <summary>
/// Which namespaces an UNREGISTER without a namespace reaches, and what it answers when it could not reach all of them. The keys of the
/// namespaces are in the order of their numbers.
/// </summary>
public sealed class UnregisterAllTests : IPeerLedger, INamespaceDirectory
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly UnregisterAll _all;
    private readonly List<string> _told = [];
    private readonly HashSet<string> _silent = [];
    private List<RendezvousNamespace>[]? _ledger = [[]];
    private List<RendezvousNamespace>? _directory = [];
    private DateTimeOffset _knownSince = DateTimeOffset.MinValue;
    private Action<string> _onTold = _ => { };

    public UnregisterAllTests() => _all = new UnregisterAll(this, this, UnregisterAsync, _time);

    [Fact]
    public async Task All_namespaces_of_a_complete_ledger_hear_of_it_and_no_others()
    {
        _ledger = [Names(0, 30), Names(30, 5)];
        _directory = Names(0, 100);

        Assert.Equal(RendezvousStatus.Ok, await RunAsync());

        Assert.Equal(Names(0, 35).Select(name => name.Name), Told());
    }

    [Fact]
    public async Task Without_the_ledger_nothing_is_known_to_be_done()
    {
        _ledger = null;

        Assert.Equal(RendezvousStatus.Unavailable, await RunAsync());
    }

    [Fact]
    public async Task One_namespace_that_does_not_answer_makes_the_whole_unknown_but_holds_up_no_other()
    {
        _ledger = [Names(0, 40)];
        _silent.Add(Name(3).Name);

        Assert.Equal(RendezvousStatus.Unavailable, await RunAsync());

        Assert.Equal(40, Told().Distinct().Count());
    }

    [Fact]
    public async Task When_the_ledger_may_have_forgotten_some_every_listed_namespace_hears_of_it()
    {
        _knownSince = _time.GetUtcNow().AddHours(-72);
        _ledger = [[Name(1000)]];
        _directory = Names(0, (2 * UnregisterAll.WalkStep) + 1);

        Assert.Equal(RendezvousStatus.Ok, await RunAsync());

        Assert.Equal(_directory.Append(Name(1000)).Select(name => name.Name).Order(), Told());
    }

    [Fact]
    public async Task A_walk_that_came_to_its_end_is_not_made_again_while_the_ledger_lives()
    {
        _knownSince = _time.GetUtcNow();
        _directory = Names(0, 10);
        await RunAsync();
        _told.Clear();
        _ledger = [[Name(7)]];

        Assert.Equal(RendezvousStatus.Ok, await RunAsync());
        Assert.Equal(["name 007"], Told());

        _told.Clear();
        _knownSince = _time.GetUtcNow().AddTicks(1);
        Assert.Equal(RendezvousStatus.Ok, await RunAsync());
        Assert.Equal(10, Told().Distinct().Count());
    }

    [Fact]
    public async Task A_walk_of_one_peer_says_nothing_of_another()
    {
        _knownSince = _time.GetUtcNow();
        _directory = Names(0, 10);
        await RunAsync(peer: 1);
        _told.Clear();

        Assert.Equal(RendezvousStatus.Ok, await RunAsync(peer: 2));

        Assert.Equal(10, Told().Count());
    }

    [Fact]
    public async Task A_walk_cut_short_by_its_deadline_goes_on_with_the_next_try()
    {
        _knownSince = _time.GetUtcNow();
        _directory = Names(0, 3 * UnregisterAll.WalkStep);
        string last = Name((2 * UnregisterAll.WalkStep) - 1).Name;
        _onTold = name =>
        {
            if (name == last)
            {
                _time.Advance(TimeSpan.FromSeconds(6));
            }
        };

        Assert.Equal(RendezvousStatus.Unavailable, await RunAsync());
        Assert.Equal(2 * UnregisterAll.WalkStep, Told().Count());
        _told.Clear();
        _onTold = _ => { };

        Assert.Equal(RendezvousStatus.Ok, await RunAsync());
        Assert.Equal(Names(2 * UnregisterAll.WalkStep, UnregisterAll.WalkStep).Select(name => name.Name), Told());
    }

    [Fact]
    public async Task A_step_that_the_deadline_made_fail_is_made_again()
    {
        _knownSince = _time.GetUtcNow();
        _directory = Names(0, UnregisterAll.WalkStep);
        _silent.Add(Name(5).Name);
        _onTold = _ => _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RendezvousStatus.Unavailable, await RunAsync());
        _told.Clear();
        _silent.Clear();
        _onTold = _ => { };

        Assert.Equal(RendezvousStatus.Ok, await RunAsync());

        Assert.Equal(UnregisterAll.WalkStep, Told().Count());
    }

    [Fact]
    public async Task A_walk_passes_over_a_namespace_that_does_not_answer_and_is_made_again_from_the_beginning()
    {
        _knownSince = _time.GetUtcNow();
        _directory = Names(0, 2 * UnregisterAll.WalkStep);
        _silent.Add(Name(5).Name);

        Assert.Equal(RendezvousStatus.Unavailable, await RunAsync());
        Assert.Equal(2 * UnregisterAll.WalkStep, Told().Count());
        _told.Clear();
        _silent.Clear();

        Assert.Equal(RendezvousStatus.Ok, await RunAsync());
        Assert.Equal(2 * UnregisterAll.WalkStep, Told().Count());
    }

    [Fact]
    public async Task A_directory_that_does_not_answer_makes_the_whole_unknown()
    {
        _knownSince = _time.GetUtcNow();
        _directory = null;

        Assert.Equal(RendezvousStatus.Unavailable, await RunAsync());
    }

    [Fact]
    public void Walks_are_remembered_for_a_bounded_number_of_peers_and_the_oldest_is_forgotten()
    {
        var walks = new UnregisterWalks(maxPeers: 2);
        UnregisterWalk half = UnregisterWalk.Begin(_time.GetUtcNow()) with { From = NamespaceKey.Last };
        foreach (int peer in new[] { 1, 2, 1, 3 })
        {
            walks.Remember(TestPeers.Id(peer), half);
        }

        Assert.Equal(2, walks.Count);
        Assert.Equal(NamespaceKey.First, walks.Resume(TestPeers.Id(2), half.KnownSince).From);
        Assert.Equal(NamespaceKey.Last, walks.Resume(TestPeers.Id(1), half.KnownSince).From);
        Assert.Equal(NamespaceKey.First, walks.Resume(TestPeers.Id(3), half.KnownSince.AddTicks(1)).From);
    }

    ValueTask<Reservation?> IPeerLedger.ReserveAsync(LedgerReserve asked, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    void IPeerLedger.Tell(LedgerMessage message) => throw new NotSupportedException();

    ValueTask<LedgerListing?> IPeerLedger.ListAsync(PeerId peer, int after, DateTimeOffset deadline, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_ledger is null
            ? null
            : new LedgerListing(_ledger[after], after + 1 < _ledger.Length ? after + 1 : 0, _knownSince));

    // In the order of the list; where it goes on is a key that says the place in it.
    ValueTask<NamespaceListing?> INamespaceDirectory.ListAsync(
        NamespaceKey from, DateTimeOffset activeSince, int limit, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        if (_directory is null)
        {
            return ValueTask.FromResult<NamespaceListing?>(null);
        }

        int at = (int)from.Low;
        int next = Math.Min(at + limit, _directory.Count);
        return ValueTask.FromResult<NamespaceListing?>(new NamespaceListing(
            _directory[at..next], next < _directory.Count ? new NamespaceKey(0, (UInt128)next) : null));
    }

    private ValueTask<UnregisterReply> UnregisterAsync(
        UnregisterCommand command, DateTimeOffset giveUpAt, CancellationToken cancellationToken)
    {
        string name = command.Namespace!.Name;
        lock (_told)
        {
            _told.Add(name);
            _onTold(name);
        }

        Assert.True(giveUpAt <= command.Deadline);
        return ValueTask.FromResult(new UnregisterReply(_silent.Contains(name) ? RendezvousStatus.Unavailable : RendezvousStatus.Ok));
    }

    private async Task<RendezvousStatus> RunAsync(int peer = 1)
    {
        var command = new UnregisterCommand(null, TestPeers.Id(peer), _time.GetUtcNow().AddSeconds(5));
        return (await _all.RunAsync(command, CancellationToken.None).Within()).Status;
    }

    private IEnumerable<string> Told() => _told.Order(StringComparer.Ordinal);

    private static RendezvousNamespace Name(int number) => RendezvousNamespace.Parse($"name {number:000}");

    private static List<RendezvousNamespace> Names(int first, int count) => [.. Enumerable.Range(first, count).Select(Name)];
}
