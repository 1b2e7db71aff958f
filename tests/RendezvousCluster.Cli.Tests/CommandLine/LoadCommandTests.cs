using System.Text.Json;
using RendezvousCluster.Cli.CommandLine;
using RendezvousCluster.Client.Tests.Real;

namespace RendezvousCluster.Cli.Tests.CommandLine;

public sealed class LoadCommandTests
{
    [Theory]
    [InlineData("per-request")]
    [InlineData("per-peer")]
    public async Task Each_phase_does_its_work_and_is_reported(string streams)
    {
        await using RealPoint point = await RealPoint.StartAsync();
        string[] plan = ["--peers", "3", "--namespaces", "2", "--limit", "2", "--duration", "0.3", "--streams", streams];

        JsonElement[] phases = await Run.ToJsonAsync(
            ["load", .. plan, "--server-pid", Environment.ProcessId.ToString(), "--point", point.Address]);

        Assert.Equal(["register", "refresh", "discover", "walk"], phases.Select(phase => phase.GetProperty("phase").GetString()));
        Assert.All(phases, phase => Assert.Equal(0, Number(phase, "errors")));
        Assert.Equal(6, Number(phases[0], "operations")); // 3 peers in 2 namespaces
        Assert.All(phases[1..], phase => Assert.InRange(Number(phase, "operations"), 3, double.MaxValue));
        Assert.All(phases[1..], phase => Assert.InRange(Number(phase, "seconds"), 0.3, 30));
        Assert.Equal(2 * Number(phases[2], "operations"), Number(phases[2], "found")); // always as many as the limit
        Assert.All(phases, phase =>
        {
            Assert.Equal(streams, phase.GetProperty("streams").GetString());
            Assert.InRange(Number(phase, "p50Milliseconds"), 0.001, Number(phase, "p99Milliseconds"));
            Assert.InRange(Number(phase, "serverResidentBytes"), 1, double.MaxValue);
            Assert.InRange(Number(phase, "ownCpuMicrosecondsPerOperation"), 0, double.MaxValue);
        });
    }

    [Fact]
    public async Task A_stream_for_each_request_is_not_a_flood_at_any_speed()
    {
        await using RealPoint point =
            await RealPoint.StartAsync(hostLimits: host => (host.StreamOpensPerSecond, host.StreamOpensBurst) = (1, 8));

        JsonElement[] phases = await Run.ToJsonAsync(
            [
                "load", "--peers", "1", "--namespaces", "2", "--limit", "2", "--duration", "1", "--streams", "per-request",
                "--point", point.Address,
            ]);

        Assert.All(phases, phase => Assert.Equal(0, Number(phase, "errors")));
        Assert.InRange(phases.Sum(phase => Number(phase, "operations")), 20, double.MaxValue);
    }

    [Fact]
    public async Task Errors_are_counted_and_the_first_is_reported()
    {
        await using RealPoint point = await RealPoint.StartAsync(limits: limits => limits.MinTtlSeconds = 100);

        (int code, string output, _) = await Run.ToEndAsync(
            "load", "--peers", "2", "--namespaces", "1", "--ttl", "1", "--phase", "register", "--point", point.Address);

        Assert.Equal(1, code);
        Assert.Contains("Register: the first of 2 errors was: status 102 (InvalidTtl)", output);
    }

    [Fact]
    public async Task A_connection_that_the_point_closes_is_made_anew()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        var run = Run.Start("load", "--peers", "1", "--namespaces", "1", "--duration", "1", "--json", "--point", point.Address);
        Assert.Contains("register", await run.NextLineAsync());

        await Task.WhenAll(point.Host.Connections.Select(connection => connection.CloseAsync().AsTask())).Within();

        Assert.Contains("refresh", await run.NextLineAsync());
        Assert.InRange(Number(JsonElement.Parse(await run.NextLineAsync()), "operations"), 1, double.MaxValue);
        Assert.Equal(0, await run.StopAsync());
    }

    [Fact]
    public async Task Stopped_early_it_tells_what_was_done()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        var run = Run.Start("load", "--peers", "1", "--namespaces", "1", "--duration", "600", "--json", "--point", point.Address);
        Assert.Contains("register", await run.NextLineAsync());

        Assert.Equal(0, await run.StopAsync());
        Assert.Contains("refresh", await run.NextLineAsync());
    }

    [Theory]
    [InlineData("per-request")]
    [InlineData("per-peer")]
    public async Task A_run_takes_back_what_it_registered(string streams)
    {
        await using RealPoint point = await RealPoint.StartAsync();

        JsonElement[] phases = await Run.ToJsonAsync(
            "load", "--peers", "3", "--namespaces", "4", "--duration", "0.1", "--streams", streams, "--phase", "register",
            "--phase", "refresh", "--point", point.Address);

        Assert.Equal(12, Number(phases[0], "operations"));
        Assert.Empty(await Run.ToJsonAsync("discover", "--all", "--point", point.Address));
    }

    [Fact]
    public async Task A_run_keeps_what_it_registered_when_that_is_wanted()
    {
        await using RealPoint point = await RealPoint.StartAsync();

        await Run.ToEndAsync("load", "--peers", "3", "--namespaces", "4", "--phase", "register", "--keep", "--point", point.Address);

        Assert.Equal(12, (await Run.ToJsonAsync("discover", "--all", "--point", point.Address)).Length);
    }

    [Fact]
    public async Task A_run_that_is_stopped_takes_back_what_it_registered()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        var run = Run.Start("load", "--peers", "3", "--namespaces", "2", "--duration", "600", "--json", "--point", point.Address);
        Assert.Contains("register", await run.NextLineAsync());
        Assert.Equal(6, (await Run.ToJsonAsync("discover", "--all", "--point", point.Address)).Length);

        Assert.Equal(0, await run.StopAsync());

        Assert.Empty(await Run.ToJsonAsync("discover", "--all", "--point", point.Address));
    }

    [Fact]
    public async Task A_run_whose_reader_has_gone_takes_back_what_it_registered()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        using var closed = new ClosedPipe();
        using var error = new StringWriter();

        int code = await RendezvousTool.RunAsync(
            ["load", "--peers", "2", "--namespaces", "2", "--phase", "register", "--json", "--point", point.Address], closed,
            error).Within();

        Assert.Equal(1, code);
        Assert.Contains("Broken pipe", error.ToString());
        Assert.Empty(await Run.ToJsonAsync("discover", "--all", "--point", point.Address));
    }

    [Fact]
    public async Task Registrations_left_at_a_lost_point_are_reported()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        var run = Run.Start("load", "--peers", "3", "--namespaces", "2", "--duration", "600", "--json", "--point", point.Address);
        Assert.Contains("register", await run.NextLineAsync());
        await point.DisposeAsync();

        await run.StopAsync();

        Assert.Contains("6 registrations could not be taken back; they end with their time to live.", run.Error);
    }

    [Fact]
    public async Task Phases_can_be_chosen_and_come_as_a_table()
    {
        await using RealPoint point = await RealPoint.StartAsync();

        (int code, string output, _) = await Run.ToEndAsync(
            "load", "--peers", "2", "--namespaces", "1", "--duration", "0.1", "--phase", "register", "--phase", "discover", "--point",
            point.Address);

        Assert.Equal(0, code);
        Assert.Contains("Operations/s", output);
        Assert.Contains("Discover", output);
        Assert.DoesNotContain("Walk", output);
    }

    private static double Number(JsonElement phase, string name) => phase.GetProperty(name).GetDouble();

    /// <summary>What a program writes to whose reader has ended, as <c>head</c> does.</summary>
    private sealed class ClosedPipe : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("Broken pipe");
    }
}
