using Akka.Actor;
using Akka.Cluster;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Membership;

// That a node which has ended leaves at once is tested where there are three of them. Here nobody ever leaves: the leader does not get round to it.
public sealed class CrashWatchTests() : TestKit(Node + "akka.cluster.roles = [registry]\nakka.cluster.leader-actions-interval = 1h")
{
    private const string Node =
        """
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp.hostname = 127.0.0.1
        akka.remote.dot-netty.tcp.port = 0
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF

        # Nobody leaves in order either, and nobody waits for that.
        akka.coordinated-shutdown.run-by-actor-system-terminate = off

        """;

    /// <summary>Of the same node: the first and its repetition.</summary>
    private const int Verdicts = 2;

    [Fact]
    public async Task That_a_process_has_ended_is_told_once_however_often_it_is_put_out()
    {
        var cluster = Cluster.Get(Sys);
        cluster.Join(cluster.SelfAddress);
        await AwaitConditionAsync(() => Task.FromResult(cluster.State.Members.Count == 1), TestTimeouts.Default);
        using ActorSystem suspect = ActorSystem.Create(Sys.Name, Node);
        Address address = Cluster.Get(suspect).SelfAddress;
        Cluster.Get(suspect).Join(cluster.SelfAddress);
        await AwaitConditionAsync(() => Task.FromResult(cluster.State.Members.Any(member => member.Address.Equals(address))), TestTimeouts.Default);
        var log = new Told();
        using var verdicts = new SemaphoreSlim(0);
        int asked = 0;

        IActorRef watch = Sys.ActorOf(CrashWatch.Props("registry", Refuse, log));
        await watch.Ask<ActorIdentity>(new Identify(null), TestTimeouts.Default); // it hears of nothing before it has begun
        Sys.EventStream.Publish(new Akka.Remote.DisassociatedEvent(cluster.SelfAddress, address, inbound: true));

        // The next one is begun when the one before is given.
        for (int verdict = 0; verdict <= Verdicts; verdict++)
        {
            Assert.True(await verdicts.WaitAsync(TestTimeouts.Default));
        }

        Assert.Equal([$"The process of {address} has ended: its port is refused"], log.Lines);

        Task<PortAnswer> Refuse(Address node)
        {
            Assert.Equal(address, node);
            if (++asked % CrashVerdict.Refusals == 1)
            {
                verdicts.Release();
            }

            return Task.FromResult(PortAnswer.Refusal);
        }
    }

    private sealed class Told : ILogger
    {
        private readonly List<string> _lines = [];

        public string[] Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }
    }
}
