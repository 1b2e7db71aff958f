using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Membership;

// That a node which has ended leaves at once is tested where there are three of them. Here nobody ever leaves: the leader does not get
// round to it.
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

    private readonly Told _log = new();

    private Cluster Self => Cluster.Get(Sys);

    [Fact]
    public async Task The_end_of_a_process_is_reported_once_even_if_it_is_put_out_often()
    {
        using ActorSystem suspect = await MemberAsync();
        Address address = Cluster.Get(suspect).SelfAddress;

        await EndAsync(address);

        Assert.Equal([$"The process of {address} has ended: its port is refused"], _log.Lines);
        Assert.Equal(MemberStatus.Down, StatusOf(address));
    }

    private MemberStatus? StatusOf(Address address) => Self.State.Members.FirstOrDefault(member => member.Address.Equals(address))?.Status;

    // A second one in this node's cluster.
    private async Task<ActorSystem> MemberAsync()
    {
        Self.Join(Self.SelfAddress);
        await AwaitConditionAsync(() => Task.FromResult(Self.State.Members.Count == 1), TestTimeouts.Default);
        ActorSystem other = ActorSystem.Create(Sys.Name, Node);
        Cluster.Get(other).Join(Self.SelfAddress);
        await AwaitConditionAsync(() => Task.FromResult(StatusOf(Cluster.Get(other).SelfAddress) is not null), TestTimeouts.Default);
        return other;
    }

    // Its connection breaks and its port is refused, until all verdicts are given: the next one is begun then.
    private async Task EndAsync(Address suspect)
    {
        using var verdicts = new SemaphoreSlim(0);
        int asked = 0;
        IActorRef watch = Sys.ActorOf(CrashWatch.Props("registry", Refuse, _log));
        await watch.Ask<ActorIdentity>(new Identify(null), TestTimeouts.Default); // it hears of nothing before it has begun
        Sys.EventStream.Publish(new DisassociatedEvent(Self.SelfAddress, suspect, inbound: true));
        for (int verdict = 0; verdict <= Verdicts; verdict++)
        {
            Assert.True(await verdicts.WaitAsync(TestTimeouts.Default));
        }

        Sys.Stop(watch);
        await WatchAsync(watch);
        await ExpectTerminatedAsync(watch, TestTimeouts.Default);

        Task<PortAnswer> Refuse(Address node)
        {
            Assert.Equal(suspect, node);
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

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }
    }
}
