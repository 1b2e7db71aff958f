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
    public async Task A_node_that_is_taken_for_dead_is_a_warning()
    {
        var cluster = Cluster.Get(Sys);
        Sys.ActorOf(MembershipLog.Props(new ToActor(TestActor)));
        cluster.Join(cluster.SelfAddress);
        await ExpectMsgAsync<(LogLevel, string)>(TestTimeouts.Default);

        cluster.Down(cluster.SelfAddress);

        (LogLevel level, string text) = await ExpectMsgAsync<(LogLevel, string)>(TestTimeouts.Default);
        Assert.Equal((LogLevel.Warning, $"{cluster.SelfAddress} is taken for dead; others serve its namespaces"), (level, text));
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
