using System.CommandLine;
using RendezvousCluster.Cli.Load;
using RendezvousCluster.Cli.Output;
using RendezvousCluster.Client;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary><c>rendezvous load</c>: many peers at once against any point, and how fast it is and what it costs.</summary>
internal static class LoadCommand
{
    private const int UsualPeers = 100;
    private const int UsualNamespaces = 10;
    private const int UsualDurationSeconds = 10;
    private const int UsualLimit = 100;

    private static readonly Option<int?> Peers =
        BoundedOption.Count("--peers", $"Peers, each with an identity and a connection of its own. [default: {UsualPeers}]", most: 50_000);

    private static readonly Option<int?> Namespaces =
        BoundedOption.Count("--namespaces", $"Namespaces; each peer registers in all of them. [default: {UsualNamespaces}]", most: 100_000);

    private static readonly Option<double?> Duration =
        BoundedOption.Wait(
            "--duration", $"How long each phase after the first lasts, in seconds. [default: {UsualDurationSeconds}]", least: 0.1);

    private static readonly Option<int?> Limit = BoundedOption.Count(
        "--limit", $"The limit of each DISCOVER. [default: {UsualLimit}]", most: 1_000_000);

    private static readonly Option<long?> Ttl = BoundedOption.Ttl("The time to live to ask for, in seconds. [default: the point's]");

    private static readonly Option<string> Streams =
        Choice("--streams", "A new stream per request, or one per peer.", "per-request", "per-peer");

    private static readonly Option<string> Flavour = NewFlavour();

    private static readonly Option<string[]> Phases = NewPhases();

    private static readonly Option<int?> ServerPid = new("--server-pid")
    {
        Description = "The process id of a server on this machine: the tool reports its CPU time and memory too.",
        HelpName = "pid",
    };

    private static readonly Option<bool> Keep =
        new("--keep") { Description = "Leave the registrations at the points, instead of taking them back at the end." };

    public static Command Create()
    {
        var shared = new PointOptions();
        var command = new Command("load", "Put load on the points, and tell how fast they are.")
        {
            Peers, Namespaces, Duration, Limit, Ttl, Streams, Flavour, Phases, Keep, ServerPid,
        };
        shared.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(result, shared, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, PointOptions shared, CancellationToken cancellationToken)
    {
        IReadOnlyList<RendezvousPoint> points = shared.Points(result);
        LoadPlan plan = PlanOf(result);
        RecordFlavour flavour = result.GetValue(Flavour) == "rust" ? RecordFlavour.RoutingState : RecordFlavour.Standard;
        int? serverPid = CheckedPid(result.GetValue(ServerPid));
        var report = new Report(result.InvocationConfiguration.Output, shared.IsJson(result));
        var results = new List<LoadResult>();
        await using var run = new LoadRun(plan, points, flavour, serverPid, TimeProvider.System);
        try
        {
            await run.ConnectAsync(cancellationToken);
            foreach (LoadPhase phase in plan.Phases)
            {
                LoadResult done = await run.RunAsync(phase, cancellationToken);
                results.Add(done);
                if (report.IsJson)
                {
                    report.Line(Json(plan, done));
                }

                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }
            }
        }
        finally
        {
            await CleanUpAsync(result, run, cancellationToken);
        }

        if (!report.IsJson)
        {
            report.Table(SheetOf(results));
            foreach (LoadResult failed in results.Where(done => done.FirstError is not null))
            {
                report.Sentence($"{failed.Phase}: the first of {failed.Errors} errors was: {failed.FirstError}");
            }
        }

        return results.Sum(done => done.Operations) > 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task CleanUpAsync(ParseResult result, LoadRun run, CancellationToken cancellationToken)
    {
        if (!result.GetValue(Keep) && await run.CleanUpAsync(cancellationToken) is > 0 and var left)
        {
            await result.InvocationConfiguration.Error.WriteLineAsync(
                $"rendezvous: {left} {(left == 1 ? "registration" : "registrations")} could not be taken back; they end with their time "
                + "to live.");
        }
    }

    private static LoadPlan PlanOf(ParseResult result)
    {
        string[] phases = result.GetValue(Phases) ?? [];
        return new LoadPlan(
            result.GetValue(Peers) ?? UsualPeers,
            result.GetValue(Namespaces) ?? UsualNamespaces,
            TimeSpan.FromSeconds(result.GetValue(Duration) ?? UsualDurationSeconds),
            result.GetValue(Limit) ?? UsualLimit,
            (ulong)(result.GetValue(Ttl) ?? 0),
            result.GetValue(Streams) == "per-request",
            phases.Length == 0 ? Enum.GetValues<LoadPhase>() : [.. phases.Select(phase => Enum.Parse<LoadPhase>(phase, ignoreCase: true))]);
    }

    private static int? CheckedPid(int? pid)
    {
        try
        {
            _ = pid is { } given ? ProcessCost.Of(given) : default;
            return pid;
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"--server-pid {pid}: there is no such process on this machine.", exception);
        }
    }

    /// <summary>The table of them.</summary>
    internal static Sheet SheetOf(IEnumerable<LoadResult> results)
    {
        var sheet = new Sheet(
            "Phase", "Operations", "Errors", "Found", "Operations/s", "p50", "p99", "Own CPU/op", "Server CPU/op", "Server RSS");
        foreach (LoadResult done in results)
        {
            sheet.Add(
                done.Phase.ToString(),
                $"{done.Operations:#,0}",
                $"{done.Errors:#,0}",
                $"{done.Found:#,0}",
                $"{done.PerSecond:#,0}",
                Durations.Milliseconds(done.P50),
                Durations.Milliseconds(done.P99),
                $"{done.OwnMicroseconds:0} µs",
                done.ServerMicroseconds is { } server ? $"{server:0} µs" : "–",
                done.Server is { } cost ? $"{cost.ResidentBytes / (1024 * 1024)} MiB" : "–");
        }

        return sheet;
    }

    private static object Json(LoadPlan plan, LoadResult done) => new
    {
        phase = done.Phase.ToString().ToLowerInvariant(),
        peers = plan.Peers,
        namespaces = plan.Namespaces,
        limit = plan.Limit,
        streams = plan.StreamPerRequest ? "per-request" : "per-peer",
        seconds = done.Elapsed.TotalSeconds,
        operations = done.Operations,
        errors = done.Errors,
        firstError = done.FirstError,
        found = done.Found,
        operationsPerSecond = done.PerSecond,
        p50Milliseconds = done.P50.TotalMilliseconds,
        p99Milliseconds = done.P99.TotalMilliseconds,
        ownCpuMicrosecondsPerOperation = done.OwnMicroseconds,
        serverCpuMicrosecondsPerOperation = done.ServerMicroseconds,
        serverResidentBytes = done.Server?.ResidentBytes,
    };

    private static Option<string> Choice(string name, string description, params string[] choices)
    {
        var option = new Option<string>(
            name) { Description = description, HelpName = string.Join('|', choices), DefaultValueFactory = _ => choices[0] };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }

    private static Option<string> NewFlavour()
    {
        Option<string> flavour =
            Choice("--record-flavour", "The flavour of the peers' records: rust's points take their own only.", "standard", "rust");
        flavour.Aliases.Add("--record-form"); // its earlier name
        return flavour;
    }

    private static Option<string[]> NewPhases()
    {
        string[] names = [.. Enum.GetNames<LoadPhase>().Select(name => name.ToLowerInvariant())];
        var phases = new Option<string[]>("--phase")
        {
            Description = "Only this phase; repeat it for more. [default: all, in this order]",
            HelpName = string.Join('|', names),
        };
        phases.AcceptOnlyFromAmong(names);
        return phases;
    }
}
