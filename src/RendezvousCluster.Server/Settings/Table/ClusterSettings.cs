using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>What makes several servers one cluster.</summary>
internal static class ClusterSettings
{
    public static readonly Setting[] Rows =
    [
        Setting.Of(options => options.ClusterBind, Kinds.Endpoint, "Where to listen for the other nodes: a private address.") with
        {
            Options = ["--cluster-bind"],
            DefaultInWords = "nowhere; with --seed, a free port of 127.0.0.1",
        },
        Setting.Of(options => options.ClusterAnnounce, Kinds.Node, "Where the other nodes reach this one, if not where it listens.") with
        {
            Options = ["--cluster-announce"],
            DefaultInWords = "the value of --cluster-bind",
        },
        Setting.Of(
            options => options.Seeds, new ListType(Kinds.Node),
            "A node to join through, as it announces itself; repeat it for more, in the same order on every node. The first one starts the "
            + "cluster when no other answers it.") with
        {
            Options = ["--seed"],
            DefaultInWords = "none, this node is a cluster of its own",
        },
        Setting.Of(
            options => options.Roles,
            new TextType("roles", "registry, frontend, or both with a comma between", text => ClusterRules.TryReadRoles(text, out _)),
            "The node's work: registry (owns namespaces, reaches the database), frontend (serves peers), or both.") with
        {
            Options = ["--roles"],
        },
        Setting.Of(
            options => options.FailureDetection, new ChoiceType<FailureDetection>(),
            "How soon a silent node is taken for dead: fast (about 4 s, one data centre) or calm (about 15 s).") with
        {
            Options = ["--failure-detection"],
            OptionValue = "fast|calm",
            Agreement = Agreement.Required,
        },
        Setting.Of(
            options => options.ClusterCertificate, Kinds.File,
            "This node's certificate (PEM), for mutual TLS between nodes; read again when it changes, as the other two are. A node with "
            + "seeds or --cluster-bind needs all three.") with
        {
            Options = ["--cluster-certificate"],
            DefaultInWords = "none",
        },
        Setting.Of(
            options => options.ClusterKey, Kinds.File,
            "The certificate's private key (PEM, unencrypted, readable by the server's user alone).") with
        {
            Options = ["--cluster-key"],
            DefaultInWords = "none",
        },
        Setting.Of(
            options => options.ClusterAuthority, Kinds.File,
            "The certificate of the authority that signed those of all nodes (PEM), and nothing else; several while one replaces "
            + "another.") with
        {
            Options = ["--cluster-authority"],
            DefaultInWords = "none",
        },
        Setting.Of(
            options => options.InsecureClusterAnyoneCanControlThisNode, Kinds.Flag,
            "Go without certificates: every program that reaches the port for other nodes, of any user of this machine too, can read and "
            + "change all registrations and end this node.") with
        {
            Options = [ClusterRules.InsecureOption],
        },
    ];
}
