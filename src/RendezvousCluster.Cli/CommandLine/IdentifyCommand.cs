using System.CommandLine;
using RendezvousCluster.Cli.Output;
using RendezvousCluster.Cli.Points;
using RendezvousCluster.Client;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary><c>rendezvous identify</c>: what each point says of itself. It fails only when none says anything.</summary>
internal static class IdentifyCommand
{
    public static Command Create()
    {
        var shared = new PointOptions();
        var command = new Command("identify", "Ask each point for its program, protocols and addresses.");
        shared.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(result, shared, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, PointOptions shared, CancellationToken cancellationToken)
    {
        var report = new Report(result.InvocationConfiguration.Output, shared.IsJson(result));
        (Libp2pHost host, _) = shared.Node(result);
        await using (host)
        {
            int answered = 0;
            foreach (RendezvousPoint point in shared.Points(result))
            {
                try
                {
                    IPeerConnection connection = await PointDialler.DialAsync(host, point, cancellationToken);
                    IdentifyInfo info =
                        await new IdentifyClient(new Libp2pLimits(), TimeProvider.System).RequestAsync(connection, cancellationToken);
                    Tell(report, point, connection, info);
                    answered++;
                }
                catch (Exception exception) when (exception is Libp2pException or TimeoutException)
                {
                    report.Say(
                        new { @event = "failed", point = point.PeerId.ToString(), error = exception.Message },
                        $"{point.PeerId} did not answer: {exception.Message}");
                }
            }

            return answered > 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
    }

    private static void Tell(Report report, RendezvousPoint point, IPeerConnection connection, IdentifyInfo info)
    {
        string[] addresses = [.. info.ListenAddresses.Select(address => address.ToString())];
        if (report.IsJson)
        {
            report.Line(new
            {
                @event = "identified",
                point = point.PeerId.ToString(),
                agent = info.AgentVersion,
                protocolVersion = info.ProtocolVersion,
                protocols = info.Protocols,
                addresses,
                observedAddress = info.ObservedAddress?.ToString(),
                recordSequence = info.SignedPeerRecord?.Sequence,
                muxer = connection.Muxer,
            });
            return;
        }

        var sheet = new Sheet("Point", "Agent", "Protocols", "Listens at", "Sees us at", "Signed record", "Muxer");
        sheet.Add(
            [point.PeerId.ToString()],
            [info.AgentVersion],
            info.Protocols,
            addresses,
            [info.ObservedAddress?.ToString() ?? ""],
            [info.SignedPeerRecord is { } record ? $"sequence {record.Sequence}, {record.Flavour}" : "none"],
            [connection.Muxer]);
        report.Blocks(sheet);
    }
}
