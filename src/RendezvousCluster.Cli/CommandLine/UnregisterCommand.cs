using System.CommandLine;
using RendezvousCluster.Cli.Output;
using RendezvousCluster.Client;
using RendezvousCluster.Libp2p.Hosting;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary><c>rendezvous unregister</c>: ends what an identity has registered, wherever it was done.</summary>
internal static class UnregisterCommand
{
    private static readonly Argument<string[]> Namespaces =
        new("namespace") { Description = "Where; one or several.", Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        var shared = new PointOptions();
        var command = new Command("unregister", "End the registrations of an identity at every point.") { Namespaces };
        shared.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(result, shared, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, PointOptions shared, CancellationToken cancellationToken)
    {
        if (shared.Identity(result) is null)
        {
            throw new UsageException("Say whose registrations: --identity <file>. A new identity has none.");
        }

        var report = new Report(result.InvocationConfiguration.Output, shared.IsJson(result));
        (Libp2pHost host, RendezvousClientOptions options) = shared.Node(result);
        await using (host)
        {
            await using RendezvousClient client = Clients.Create(host, options);
            foreach (string ns in result.GetRequiredValue(Namespaces))
            {
                await client.UnregisterAsync(ns, cancellationToken);
                report.Say(
                    new { @event = "unregistered", ns, peer = host.PeerId.ToString() }, $"unregistered {host.PeerId} in {Report.Word(ns)}");
            }
        }

        return ExitCodes.Success;
    }
}
