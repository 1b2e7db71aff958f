using System.CommandLine;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>The options of the command line that make several servers one cluster.</summary>
internal static class ClusterCommandOptions
{
    private static readonly Option<string> Bind = new("--cluster-bind")
    {
        Description = "Where to listen for the other nodes: a private address. [default: nowhere; with --seed, a free port of 127.0.0.1]",
        HelpName = "address:port",
    };

    private static readonly Option<string> Announce = new("--cluster-announce")
    {
        Description = "Where the other nodes reach this one, if not where it listens. [default: the value of --cluster-bind]",
        HelpName = "host:port",
    };

    private static readonly Option<string[]> Seeds = new("--seed")
    {
        Description = "A node to join through, as it announces itself; repeat it for more, in the same order on every node. The first one starts the cluster "
            + "when no other answers it. [default: none, this node is a cluster of its own]",
        HelpName = "host:port",
    };

    private static readonly Option<string> Roles = new("--roles")
    {
        Description = "What the node does: registry (owns namespaces, reaches the database), frontend (serves peers), or both. [default: registry,frontend]",
        HelpName = "roles",
    };

    private static readonly Option<FailureDetection> Detection = new("--failure-detection")
    {
        Description = "How soon a silent node is taken for dead, the same on every node: fast (about 4 s, one data centre) or calm (about 15 s). [default: fast]",
        HelpName = "fast|calm",
    };

    private static readonly Option<string> Certificate = new("--cluster-certificate")
    {
        Description = "This node's certificate (PEM), for mutual TLS between nodes; read again when it changes, as the other two are. A node with seeds or "
            + "--cluster-bind needs all three.",
        HelpName = "file",
    };

    private static readonly Option<string> Key = new("--cluster-key")
    {
        Description = "The certificate's private key (PEM, unencrypted, readable by the server's user alone).",
        HelpName = "file",
    };

    private static readonly Option<string> Authority = new("--cluster-authority")
    {
        Description =
            "The certificate of the authority that signed those of all nodes (PEM), and nothing else; several while one replaces another.",
        HelpName = "file",
    };

    private static readonly Option<bool> Insecure = new("--insecure-cluster-anyone-can-control-this-node")
    {
        Description = "Go without certificates: every program that reaches the port for other nodes, of any user of this machine too, can read and change all registrations "
            + "and end this node.",
    };

    /// <summary>All of them.</summary>
    public static readonly Option[] All = [Bind, Announce, Seeds, Roles, Detection, Certificate, Key, Authority, Insecure];

    /// <summary>Lays those that were given over the configuration's.</summary>
    public static void Apply(ParseResult result, ServerOptions options)
    {
        options.ClusterBind = Given(result, Bind, options.ClusterBind);
        options.ClusterAnnounce = Given(result, Announce, options.ClusterAnnounce);
        options.Seeds = Given(result, Seeds, options.Seeds)!;
        options.Roles = Given(result, Roles, options.Roles)!;
        options.FailureDetection = Given(result, Detection, options.FailureDetection);
        options.ClusterCertificate = Given(result, Certificate, options.ClusterCertificate);
        options.ClusterKey = Given(result, Key, options.ClusterKey);
        options.ClusterAuthority = Given(result, Authority, options.ClusterAuthority);
        options.InsecureClusterAnyoneCanControlThisNode = Given(result, Insecure, options.InsecureClusterAnyoneCanControlThisNode);
    }

    private static T? Given<T>(ParseResult result, Option<T> option, T? otherwise) =>
        result.GetResult(option) is { Implicit: false } ? result.GetValue(option) : otherwise;
}
