using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Drains;

namespace RendezvousCluster.Registry.Tests.Drains;

public sealed class DrainReportsTests
{
    private static readonly Address Node = Address.Parse("akka.tcp://rendezvous@node-1:4053");
    private static readonly Address Other = Address.Parse("akka.tcp://rendezvous@node-2:4053");

    private readonly FakeTimeProvider _time = new();
    private readonly DrainReports _reports;

    public DrainReportsTests() => _reports = new DrainReports(_time);

    [Fact]
    public void A_node_is_out_of_service_as_long_as_it_says_so()
    {
        Assert.False(_reports.IsDraining(Node));

        for (int report = 0; report < 10; report++)
        {
            _reports.Heard(Node);
            _time.Advance(DrainWatch.Interval);
            Assert.True(_reports.IsDraining(Node));
            Assert.False(_reports.IsDraining(Other));
        }
    }

    [Fact]
    public void A_node_that_falls_silent_is_in_service_again()
    {
        _reports.Heard(Node);
        _time.Advance(DrainReports.Lifetime);
        Assert.True(_reports.IsDraining(Node));

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(_reports.IsDraining(Node));
        _reports.Heard(Other);
        Assert.False(_reports.IsDraining(Node));
    }
}
