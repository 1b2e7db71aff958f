using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Registry.Drains;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Drains;

public sealed class DrainWatchTests : TestKit
{
    private static readonly Address Self = Address.Parse("akka.tcp://rendezvous@node-1:4053");

    private readonly NodeDrain _drain = new();
    private readonly DrainReports _reports = new(TimeProvider.System);
    private readonly TestProbe _others;
    private readonly IActorRef _watch;

    public DrainWatchTests()
        : base(ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\""))
    {
        _others = CreateTestProbe();
        _watch = Sys.ActorOf(DrainWatch.Props(_drain, _reports, Self, () => [_others.Ref]));
        _watch.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(); // its timer runs
    }

    [Fact]
    public void A_node_in_service_says_nothing_and_one_that_drains_says_so_every_second()
    {
        Advance();
        _others.ExpectNoMsg(TimeSpan.Zero);

        _drain.Begin();
        Advance();
        _others.ExpectMsg<DrainReport>();
        Advance();
        _others.ExpectMsg<DrainReport>();

        _drain.Undo();
        Advance();
        _others.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_node_hears_itself_too()
    {
        _watch.Tell(DrainReport.Instance, TestActor);

        await Eventually.EqualAsync(true, () => _reports.IsDraining(Self));
    }

    private void Advance()
    {
        ((TestScheduler)Sys.Scheduler).Advance(DrainWatch.Interval);
        _watch.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(); // what came before is done
    }
}
