using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// Makes the actor system of a node: its configuration, the way to the store, and the port for other nodes with the certificates that
/// guard it, which end with this.
/// </summary>
internal sealed partial class RegistrySystem(
    IOptions<RegistryOptions> options,
    LinkMetrics linkMetrics,
    Strangers strangers,
    RefusedReads refused,
    OutsiderMessages outsiders,
    RegistryClock clock,
    ILoggerFactory loggers,
    ILogger<RegistrySystem> logger)
    : IDisposable
{
    internal const string Name = "rendezvous";

    private ClusterCredentials? _credentials;

    /// <summary>Makes it. To be called once.</summary>
    /// <param name="store">Where the node keeps its data, prepared; null for one that keeps none.</param>
    /// <exception cref="RegistryStartException">The port cannot be listened at, or the certificates cannot be used.</exception>
    public ActorSystem Create(IRegistryStore? store)
    {
        Config config = RegistryConfiguration.For(store, options.Value);

        // Where tests put another journal or transport in front.
        config = options.Value.Overrides is { } overrides ? overrides.WithFallback(config) : config;
        ActorSystemSetup setup = ActorSystemSetup.Create(
            [
                BootstrapSetup.Create().WithConfig(config), new LoggerFactorySetup(loggers), refused, outsiders,
                .. RegistryConfiguration.DataOf(store),
            ]);
        if (!options.Value.Cluster.IsAlone)
        {
            setup = setup.And(Guard());
        }

        try
        {
            return ActorSystem.Create(Name, setup);
        }
        catch (Exception exception) when (SocketErrorIn(exception) is { } reason)
        {
            throw new RegistryStartException(
                $"Other nodes cannot be listened for on {options.Value.Cluster.BindOrDefault}: {reason.Message}.", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _credentials?.Dispose();

    // The port for other nodes: who gets in there, and who learns of it.
    private LinkSetup Guard()
    {
        _credentials = options.Value.Cluster.Certificates is { } files
            ? new ClusterCredentials(files, clock.Wall, loggers.CreateLogger<ClusterCredentials>())
            : null;
        linkMetrics.Watch(_credentials);
        if (_credentials is null)
        {
            LogWithoutTls(logger, options.Value.Cluster.BindOrDefault);
        }

        return new LinkSetup(_credentials, strangers, clock.Wall);
    }

    private static SocketException? SocketErrorIn(Exception? exception) =>
        exception as SocketException ?? (exception is null ? null : SocketErrorIn(exception.InnerException));

    [LoggerMessage(
        2058, LogLevel.Warning,
        "Anyone who reaches {Address} can control this node, on this machine too: there are no certificates between the nodes of its "
        + "cluster")]
    private static partial void LogWithoutTls(ILogger logger, IPEndPoint address);
}
