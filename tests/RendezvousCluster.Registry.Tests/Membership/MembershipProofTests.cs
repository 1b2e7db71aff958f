using Akka.Actor;
using Akka.DistributedData;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Membership;

/// <summary>The replicator is a probe here: what it answers, a real one answers when all members, or not all, have answered it.</summary>
public sealed class MembershipProofTests : TestKit
{
    private readonly TestProbe _replicator;
    private readonly MembershipProof _proof;

    public MembershipProofTests()
        : base("akka.loglevel = OFF")
    {
        _replicator = CreateTestProbe();
        _proof = new MembershipProof(_replicator.Ref);
    }

    [Fact]
    public async Task A_node_asks_all_members_and_is_one_when_all_answer()
    {
        Task<bool> proof = _proof.ProveAsync();

        Get asked = await NextAsync();
        Assert.Equal(MembershipProof.Timeout, Assert.IsType<ReadAll>(asked.Consistency).Timeout);
        _replicator.Reply(new NotFound(asked.Key, null));

        Assert.True(await proof.Within());
    }

    [Fact]
    public async Task A_node_that_one_member_does_not_answer_proves_nothing()
    {
        Task<bool> proof = _proof.ProveAsync();

        _replicator.Reply(new GetFailure((await NextAsync()).Key, null));

        Assert.False(await proof.Within());
    }

    [Fact]
    public async Task A_replicator_that_does_not_answer_proves_nothing()
    {
        Task<bool> proof = _proof.ProveAsync();
        await NextAsync();

        Assert.False(await proof.Within());
    }

    /// <summary>An answer that was on its way already may be of the time before the question.</summary>
    [Fact]
    public async Task Callers_that_come_during_a_question_share_the_next_one()
    {
        Task<bool> first = _proof.ProveAsync();
        Get asked = await NextAsync();
        Task<bool>[] others = [.. Enumerable.Range(0, 50).Select(_ => _proof.ProveAsync())];

        _replicator.Reply(new NotFound(asked.Key, null));
        Assert.True(await first.Within());
        Assert.All(others, other => Assert.False(other.IsCompleted));
        _replicator.Reply(new GetFailure((await NextAsync()).Key, null));

        Assert.All(await Task.WhenAll(others).Within(), Assert.False);
        await _replicator.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    private async Task<Get> NextAsync() => await _replicator.ExpectMsgAsync<Get>(TestTimeouts.Default);
}
