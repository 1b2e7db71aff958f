using System.Text.Json;
using RendezvousCluster.Client.Tests.Stubs;

namespace RendezvousCluster.Cli.Tests.CommandLine;

/// <summary>The load command against stub points with the habits of every other server; for one that never closes it waits.</summary>
public sealed class EveryServerLoadTests
{
    public static TheoryData<string> Servers => EveryServerTests.Servers;

    [Theory]
    [MemberData(nameof(Servers))]
    public Task Load_has_no_errors_whether_it_keeps_its_streams_or_not(string server) => Task.WhenAll(
        LoadHasNoErrorsAsync(StubHabits.Of(server), "per-request"),
        LoadHasNoErrorsAsync(StubHabits.Of(server), "per-peer"));

    private static async Task LoadHasNoErrorsAsync(StubHabits habits, string streams)
    {
        await using StubPoint point = await StubPoint.StartAsync(habits);

        JsonElement[] phases = await Run.ToJsonAsync(
            [
                "load", "--peers", "2", "--namespaces", "3", "--limit", "2", "--ttl", "600", "--duration", "0.1", "--streams", streams,
                "--point", point.Address,
            ]);

        Assert.All(phases, phase => Assert.Equal(0, phase.GetProperty("errors").GetDouble()));
        Assert.Equal(6, phases[0].GetProperty("operations").GetDouble());
        Assert.All(phases, phase => Assert.InRange(phase.GetProperty("operations").GetDouble(), 2, double.MaxValue));
    }
}
