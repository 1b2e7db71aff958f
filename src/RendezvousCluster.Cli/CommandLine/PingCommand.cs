using System.CommandLine;
using RendezvousCluster.Cli.Output;
using RendezvousCluster.Cli.Points;
using RendezvousCluster.Client;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Ping;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary><c>rendezvous ping</c>: whether each point answers, and how fast. It fails only when none does.</summary>
internal static class PingCommand
{
    private const int UsualCount = 4;

    private static readonly Option<int?> Count = BoundedOption.Count(
        "--count", $"How often. [default: {UsualCount}]", most: 1_000_000, "-c");

    public static Command Create()
    {
        var shared = new PointOptions();
        var command = new Command("ping", "Measure the round trip to each point.") { Count };
        shared.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(result, shared, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, PointOptions shared, CancellationToken cancellationToken)
    {
        int count = result.GetValue(Count) ?? UsualCount;
        var report = new Report(result.InvocationConfiguration.Output, shared.IsJson(result));
        (Libp2pHost host, _) = shared.Node(result);
        await using (host)
        {
            int answered = 0;
            foreach (RendezvousPoint point in shared.Points(result))
            {
                answered += await PingAsync(host, point, count, report, cancellationToken) ? 1 : 0;
            }

            return answered > 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
    }

    private static async Task<bool> PingAsync(
        Libp2pHost host, RendezvousPoint point, int count, Report report, CancellationToken cancellationToken)
    {
        try
        {
            IPeerConnection connection = await PointDialler.DialAsync(host, point, cancellationToken);
            var client = new PingClient(new Libp2pLimits(), TimeProvider.System);
            for (int number = 1; number <= count; number++)
            {
                TimeSpan time = await client.PingAsync(connection, cancellationToken);
                report.Say(
                    new { @event = "pong", point = point.PeerId.ToString(), milliseconds = time.TotalMilliseconds },
                    $"{point.PeerId} at {connection.RemoteAddress}: {Durations.Milliseconds(time)}");
            }

            return true;
        }
        catch (Exception exception) when (exception is Libp2pException or TimeoutException)
        {
            report.Say(
                new { @event = "failed", point = point.PeerId.ToString(), error = exception.Message },
                $"{point.PeerId} did not answer: {exception.Message}");
            return false;
        }
    }
}
