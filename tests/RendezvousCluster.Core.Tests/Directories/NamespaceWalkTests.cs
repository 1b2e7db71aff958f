using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Core.Tests.Directories;

/// <summary>
/// A walk when parts of the registry do not answer; what it does when all is well is in the conformance suite of registries.
/// </summary>
public sealed class NamespaceWalkTests : INamespaceDirectory
{
    private static readonly RendezvousNamespace[] Names =
        [.. Enumerable.Range(0, 40).Select(number => RendezvousNamespace.Parse($"room {number}")).OrderBy(NamespaceKey.Of)];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly HashSet<RendezvousNamespace> _broken = [];
    private readonly List<DiscoverQuery> _queries = [];
    private readonly NamespaceWalk _walk;
    private int _readable = Names.Length;

    public NamespaceWalkTests() => _walk = new NamespaceWalk(this, ReadAsync, _time);

    [Fact]
    public async Task A_namespace_that_does_not_answer_is_passed_over_and_the_next_walk_goes_back_for_it()
    {
        _broken.Add(Names[3]);

        DiscoverAllReply reply = await WalkAsync(WalkPosition.Start);
        Assert.Equal(Names.Where(name => name != Names[3]), reply.Registrations.Select(registration => registration.Namespace));
        Assert.Equal((RendezvousStatus.Ok, true, 0ul), (reply.Status, reply.IsComplete, reply.Next.Since));

        _broken.Clear();
        Assert.Contains((await WalkAsync(reply.Next)).Registrations, registration => registration.Namespace == Names[3]);
    }

    [Fact]
    public async Task A_walk_with_a_gap_goes_on_and_the_next_begins_no_later_than_it_did()
    {
        var since = WalkPosition.Start with { Since = Revision.At(_time.GetUtcNow() - TimeSpan.FromHours(1)) };
        _broken.Add(Names[0]);

        DiscoverAllReply first = await WalkAsync(since, limit: 10);
        Assert.Equal(10, first.Registrations.Count);
        DiscoverAllReply rest = await WalkAsync(first.Next);

        Assert.Equal(Names.Skip(1), first.Registrations.Concat(rest.Registrations).Select(registration => registration.Namespace));
        Assert.Equal((true, since.Since), (rest.IsComplete, rest.Next.Since));
    }

    [Fact]
    public async Task When_no_namespace_answers_the_caller_gets_the_answer_to_come_back()
    {
        _broken.UnionWith(Names);

        DiscoverAllReply reply = await WalkAsync(WalkPosition.Start);

        Assert.Equal((RendezvousStatus.Unavailable, WalkPosition.Start), (reply.Status, reply.Next));
        Assert.NotEmpty(reply.StatusText);
    }

    [Fact]
    public async Task When_the_directory_does_not_answer_the_caller_gets_the_answer_to_come_back()
    {
        _readable = 0;

        DiscoverAllReply reply = await WalkAsync(WalkPosition.Start);

        Assert.Equal((RendezvousStatus.Unavailable, WalkPosition.Start), (reply.Status, reply.Next));
        Assert.NotEmpty(reply.StatusText);
    }

    [Fact]
    public async Task When_the_directory_stops_answering_what_was_read_is_given_and_the_rest_is_not_lost()
    {
        _readable = 16;
        DiscoverAllReply reply = await WalkAsync(WalkPosition.Start);
        Assert.Equal((RendezvousStatus.Ok, false), (reply.Status, reply.IsComplete));

        _readable = Names.Length;
        DiscoverAllReply rest = await WalkAsync(reply.Next);

        Assert.Equal(Names, reply.Registrations.Concat(rest.Registrations).Select(registration => registration.Namespace));
        Assert.True(rest.IsComplete);
    }

    [Fact]
    public async Task A_namespace_gets_a_part_of_the_time_and_no_more_than_is_left()
    {
        await WalkAsync(WalkPosition.Start, limit: 1);
        Assert.All(_queries, query => Assert.Equal(_time.GetUtcNow() + NamespaceWalk.NamespaceTimeout, query.Deadline));
        Assert.Equal(NamespaceWalk.ReadAhead, _queries.Count);

        _queries.Clear();
        DateTimeOffset deadline = _time.GetUtcNow().AddMilliseconds(1);
        await _walk.ReadAsync(new DiscoverAllQuery(WalkPosition.Start, 1, 96 * 1024, deadline), CancellationToken.None);
        Assert.All(_queries, query => Assert.Equal(deadline, query.Deadline));
    }

    [Fact]
    public async Task After_its_deadline_nothing_is_read()
    {
        DiscoverAllReply reply = await _walk.ReadAsync(
            new DiscoverAllQuery(WalkPosition.Start, 1, 96 * 1024, _time.GetUtcNow().AddMilliseconds(-1)), CancellationToken.None);

        Assert.Equal(RendezvousStatus.Unavailable, reply.Status);
        Assert.Empty(_queries);
    }

    ValueTask<NamespaceListing?> INamespaceDirectory.ListAsync(
        NamespaceKey from, DateTimeOffset activeSince, int limit, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        RendezvousNamespace[] listed = [.. Names.Where(name => NamespaceKey.Of(name) >= from)];
        RendezvousNamespace[] page = [.. listed.Take(Math.Min(8, limit))];
        NamespaceListing? listing = Names.Length - listed.Length >= _readable
            ? null
            : new NamespaceListing(page, listed.Length > page.Length ? NamespaceKey.Of(listed[page.Length]) : null);
        return ValueTask.FromResult(listing);
    }

    private ValueTask<DiscoverReply> ReadAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        _queries.Add(query);
        if (_broken.Contains(query.Namespace))
        {
            return ValueTask.FromResult(RegistryReplies.Discover(RendezvousStatus.Unavailable, "away"));
        }

        ulong revision = Revision.At(_time.GetUtcNow());
        DiscoveredRegistration[] found = query.AfterRevision >= revision
            ? []
            : [new DiscoveredRegistration(query.Namespace, new byte[] { 1 }, RegistrationFlavour.Standard, 60, revision)];
        return ValueTask.FromResult(new DiscoverReply(RendezvousStatus.Ok, string.Empty, found, revision));
    }

    private Task<DiscoverAllReply> WalkAsync(WalkPosition position, int limit = 1000) => _walk.ReadAsync(
        new DiscoverAllQuery(position, limit, 96 * 1024, _time.GetUtcNow().AddSeconds(5)), CancellationToken.None).AsTask().Within();
}
