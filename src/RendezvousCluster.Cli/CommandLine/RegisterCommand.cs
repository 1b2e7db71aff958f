using System.CommandLine;
using RendezvousCluster.Cli.Output;
using RendezvousCluster.Client;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// <c>rendezvous register</c>: registers this node and stays, refreshing, until Ctrl-C or SIGTERM, which unregisters. With <c>--once</c>
/// it registers for the time granted and ends: for a node that is another program with the same identity.
/// </summary>
internal static class RegisterCommand
{
    private static readonly Argument<string[]> Namespaces =
        new("namespace") { Description = "Where; one or several.", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<long?> Ttl = BoundedOption.Ttl(
        "The time to live to ask for, in seconds. [default: the point's, two hours]");

    private static readonly Option<int?> At = BoundedOption.Count(
        "--at", "At how many of the points to keep it. [default: all]", most: 1_000);

    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = "Where this node listens; repeat it for more. [default: /ip4/0.0.0.0/tcp/0, or nowhere with --announce]",
        HelpName = "multiaddr",
    };

    private static readonly Option<string[]> Announce = new("--announce")
    {
        Description = "An address to register instead of those listened on, a relay's with /p2p-circuit too; repeat it for more.",
        HelpName = "multiaddr",
    };

    private static readonly Option<bool> Once =
        new("--once") { Description = "Register once, do not refresh, and stay registered until the time is over." };

    public static Command Create()
    {
        var shared = new PointOptions();
        var command = new Command(
            "register", "Register this node, and keep it registered until Ctrl-C.") { Namespaces, Ttl, At, Listen, Announce, Once };
        shared.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(result, shared, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, PointOptions shared, CancellationToken cancellationToken)
    {
        var report = new Report(result.InvocationConfiguration.Output, shared.IsJson(result));
        (Libp2pHost host, RendezvousClientOptions options) = shared.Node(result, libp2p => ConfigureAddresses(result, libp2p));
        options.RegisterAt = result.GetValue(At);
        await using (host)
        {
            await host.StartAsync(cancellationToken);
            await using RendezvousClient client = Clients.Create(host, options);
            TimeSpan? ttl = result.GetValue(Ttl) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            string[] namespaces = result.GetRequiredValue(Namespaces);
            return result.GetValue(Once)
                ? await RegisterOnceAsync(client, namespaces, ttl, report, cancellationToken)
                : await StayAsync(client, host, namespaces, ttl, report, cancellationToken);
        }
    }

    private static async Task<int> RegisterOnceAsync(
        RendezvousClient client, string[] namespaces, TimeSpan? ttl, Report report, CancellationToken cancellationToken)
    {
        foreach (string ns in namespaces)
        {
            foreach ((RendezvousPoint point, TimeSpan granted) in await client.RegisterOnceAsync(ns, ttl, cancellationToken))
            {
                report.Say(
                    new { @event = "registered", ns, point = point.PeerId.ToString(), ttl = granted.TotalSeconds },
                    $"registered in {Report.Word(ns)} at {point.PeerId} for {Durations.Text(granted)}");
            }
        }

        return ExitCodes.Success;
    }

    private static async Task<int> StayAsync(
        RendezvousClient client, Libp2pHost host, string[] namespaces, TimeSpan? ttl, Report report, CancellationToken cancellationToken)
    {
        client.RegistrationChanged += (_, happened) => Tell(report, happened);
        foreach (string ns in namespaces)
        {
            await client.RegisterAsync(ns, ttl, cancellationToken);
        }

        report.Say(
            new { @event = "ready", peer = host.PeerId.ToString(), addresses = host.AdvertisedAddresses.Select(
                address => address.ToString()) },
            $"{host.PeerId} is registered; Ctrl-C unregisters.");
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration stop = cancellationToken.UnsafeRegister(_ => stopped.TrySetResult(), null);
        await stopped.Task;
        return ExitCodes.Success;
    }

    private static void Tell(Report report, RegistrationEvent happened)
    {
        string what = happened.Kind.ToString();
        string detail = happened.Error?.Message ?? (happened.Ttl is { } ttl ? $"for {Durations.Text(ttl)}" : "");
        report.Say(
            new
            {
                @event = char.ToLowerInvariant(what[0]) + what[1..],
                ns = happened.Namespace,
                point = happened.Point.PeerId.ToString(),
                ttl = happened.Ttl?.TotalSeconds,
                error = happened.Error?.Message,
            },
            $"{what.ToLowerInvariant()} in {Report.Word(happened.Namespace)} at {happened.Point.PeerId} {detail}".TrimEnd());
    }

    private static void ConfigureAddresses(ParseResult result, Libp2pOptions libp2p)
    {
        string[] announce = result.GetValue(Announce) ?? [];
        string[] listen = result.GetValue(Listen) is { Length: > 0 } given ? given : announce.Length > 0 ? [] : ["/ip4/0.0.0.0/tcp/0"];
        foreach (string address in listen)
        {
            libp2p.ListenAddresses.Add(Multiaddr.Parse(address));
        }

        foreach (string address in announce)
        {
            libp2p.AnnounceAddresses.Add(Multiaddr.Parse(address));
        }
    }
}
