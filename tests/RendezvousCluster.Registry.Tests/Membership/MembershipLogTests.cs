using Akka.Actor;
using Akka.Cluster;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class MembershipLogTests() : TestKit(Node)
{
    private const string Node =
        """
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp.hostname = 127.0.0.1
        akka.remote.dot-netty.tcp.port = 0
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF

        # Who is downed hears of it last of all, and would end before it has told it.
        akka.cluster.run-coordinated-shutdown-when-down = off
        """;

    [Fact]
    public async Task A_joining_node_is_logged_by_its_address()
    {
        var cluster = Cluster.Get(Sys);
        Sys.ActorOf(MembershipLog.Props(new ToActor(TestActor)));

        cluster.Join(cluster.SelfAddress);
        Assert.Equal(
            (LogLevel.Information, $"{cluster.SelfAddress} is in the cluster"),
            await ExpectMsgAsync<(LogLevel, string)>(TestTimeouts.Default));
    }

    [Fact]
    public async Task Another_node_that_is_taken_for_dead_is_a_warning_and_this_one_is_not()
    {
        var cluster = Cluster.Get(Sys);
        Sys.ActorOf(MembershipLog.Props(new ToActor(TestActor)));
        cluster.Join(cluster.SelfAddress);
        await ExpectMsgAsync<(LogLevel, string)>(TestTimeouts.Default);
        using var other = ActorSystem.Create(Sys.Name, Node);
        Address dead = Cluster.Get(other).SelfAddress;
        Cluster.Get(other).Join(cluster.SelfAddress);
        Assert.Equal((LogLevel.Information, $"{dead} is in the cluster"), await ExpectMsgAsync<(LogLevel, string)>(TestTimeouts.Default));

        cluster.Down(dead);

        Assert.Equal(
            (LogLevel.Warning, $"{dead} is taken for dead; others serve its namespaces"),
            await FishForMessageAsync<(LogLevel Level, string Text)>(
                line => line.Text.Contains("taken for dead", StringComparison.Ordinal), TestTimeouts.Default));
        var removed = new TaskCompletionSource();
        cluster.RegisterOnMemberRemoved(removed.SetResult);
        cluster.Down(cluster.SelfAddress);
        await removed.Task.Within();
        Assert.False(HasMessages);
    }

    private sealed class ToActor(IActorRef actor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            actor.Tell((logLevel, formatter(state, exception)));
    }
}
