using System.Globalization;
using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Core.Tests.Clocks;

public sealed class MachineTimeProviderTests
{
    private static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void The_steady_time_is_the_one_since_the_start_of_the_machine_which_counts_suspensions()
    {
        TimeProvider machine = MachineTimeProvider.Instance;

        TimeSpan before = machine.GetElapsedTime(0);
        var uptime = TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
        TimeSpan after = machine.GetElapsedTime(0);

        Assert.InRange(uptime, before - Resolution, after + Resolution);
    }
}
