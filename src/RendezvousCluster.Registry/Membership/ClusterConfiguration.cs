using Akka.Configuration;
using RendezvousCluster.Registry.ActorPort;

namespace RendezvousCluster.Registry.Membership;

/// <summary>The part of the actor system's configuration that makes it a member.</summary>
internal static class ClusterConfiguration
{
    /// <param name="options">The operator's wishes.</param>
    /// <param name="published">What the node tells the others of itself: see <see cref="StoreRole"/> and <see cref="SettingRole"/>.</param>
    /// <param name="isAlone">Nobody can join this node: it need not watch others, and a late heartbeat makes no warning.</param>
    internal static Config For(ClusterOptions options, IEnumerable<string> published, bool isAlone = false)
    {
        string[] roles = [.. Roles(options.Roles), .. published];
        string settings = $"""
            akka.cluster.roles = [{string.Join(", ", roles.Select(role => $"\"{role}\""))}]

            """;
        return ConfigurationFactory.ParseString(settings + (options.IsAlone ? ClosedTransport.Settings : TransportOf(options)))
            .WithFallback(EmbeddedFile.ReadConfiguration(
                typeof(ClusterConfiguration), isAlone || options.FailureDetection == FailureDetection.Calm ? "calm.conf" : "fast.conf"));
    }

    private static string TransportOf(ClusterOptions options)
    {
        string settings = $"""
            akka.remote.dot-netty.tcp.hostname = "{options.BindOrDefault.Address}"
            akka.remote.dot-netty.tcp.port = {options.BindOrDefault.Port}
            akka.remote.dot-netty.tcp.enable-ssl = {(options.Certificates is null ? "off" : "on")}

            """;
        return options.Announce is { } announce
            ? settings
                + $"akka.remote.dot-netty.tcp.public-hostname = \"{announce.Host}\"\nakka.remote.dot-netty.tcp.public-port = "
                + $"{announce.Port}\n"
            : settings;
    }

    private static IEnumerable<string> Roles(NodeRoles roles) =>
        Enum.GetValues<NodeRoles>().Where(role => role != NodeRoles.None && roles.HasFlag(role))
            .Select(role => role.ToString().ToLowerInvariant());
}
