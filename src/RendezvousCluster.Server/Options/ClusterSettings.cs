using System.Net;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Server.Options;

/// <summary>The settings of an operator about the cluster: whether they can work, and what they mean.</summary>
internal static class ClusterSettings
{
    /// <summary>Adds a sentence for each setting that cannot work.</summary>
    public static void Check(ServerOptions options, List<string> failures)
    {
        if (options.ClusterBind is { } bind && !IPEndPoint.TryParse(bind, out _))
        {
            failures.Add($"cluster-bind: '{bind}' is not an address and port, such as 203.0.113.5:4053.");
        }

        foreach (string address in (options.ClusterAnnounce is { } announce ? [announce] : Array.Empty<string>()).Concat(options.Seeds))
        {
            if (!NodeAddress.TryParse(address, out _))
            {
                failures.Add($"cluster-announce, seed: '{address}' is no host and port, such as node-1.example:4053.");
            }
        }

        if (!TryReadRoles(options.Roles, out NodeRoles roles))
        {
            failures.Add($"roles: '{options.Roles}' is none of registry, frontend, or both with a comma between.");
            return;
        }

        int before = failures.Count;
        CheckPlace(options, roles, failures);
        CheckCertificates(
            options, isMember: failures.Count == before && (options.Seeds.Length > 0 || options.ClusterBind is not null), failures);
    }

    /// <summary>Carries settings that passed <see cref="Check"/> into the registry's options.</summary>
    public static void Apply(ServerOptions options, ClusterOptions cluster)
    {
        TryReadRoles(options.Roles, out NodeRoles roles);
        cluster.Roles = roles;
        cluster.FailureDetection = options.FailureDetection;
        cluster.Bind = options.ClusterBind is { } bind ? IPEndPoint.Parse(bind) : cluster.Bind;
        cluster.Announce = options.ClusterAnnounce is { } announce ? NodeAddress.Parse(announce) : null;
        foreach (string seed in options.Seeds)
        {
            cluster.Seeds.Add(NodeAddress.Parse(seed));
        }

        if (options is { ClusterCertificate: { } certificate, ClusterKey: { } key, ClusterAuthority: { } authority })
        {
            cluster.Certificates = new ClusterCertificateFiles(certificate, key, authority);
        }
    }

    /// <summary>Reads <c>registry</c>, <c>frontend</c> or both.</summary>
    public static bool TryReadRoles(string text, out NodeRoles roles)
    {
        roles = NodeRoles.None;
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            switch (name.ToLowerInvariant())
            {
                case "registry":
                    roles |= NodeRoles.Registry;
                    break;
                case "frontend":
                    roles |= NodeRoles.Frontend;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static void CheckPlace(ServerOptions options, NodeRoles roles, List<string> failures)
    {
        bool keepsData = roles.HasFlag(NodeRoles.Registry);
        bool shared = options.StorageOrDefault is RegistryStorage.Postgres or RegistryStorage.MySql;
        if (keepsData && !shared && (options.Seeds.Length > 0 || options.ClusterBind is not null))
        {
            failures.Add(
                $"seed, cluster-bind: storage {options.StorageOrDefault.ToString().ToLowerInvariant()} serves one node only; several nodes share a database: "
                + "--storage postgres or mysql.");
        }

        if (!keepsData && options.Seeds.Length == 0)
        {
            failures.Add("seed: a node without the role registry needs nodes that have it; name at least one.");
        }

        if (options.ClusterAnnounce is null && IPEndPoint.TryParse(options.ClusterBind ?? "", out IPEndPoint? bind)
            && (bind.Address.Equals(IPAddress.Any) || bind.Address.Equals(IPAddress.IPv6Any)))
        {
            failures.Add($"cluster-announce: with cluster-bind {bind} the other nodes must be told a host and port where they reach this one.");
        }
    }

    private static void CheckCertificates(ServerOptions options, bool isMember, List<string> failures)
    {
        int given = new[] { options.ClusterCertificate, options.ClusterKey, options.ClusterAuthority }.Count(file => file is not null);
        if (given is 1 or 2)
        {
            failures.Add("cluster-certificate, cluster-key, cluster-authority: TLS between nodes needs all three files.");
        }

        const string Insecure = "insecure-cluster-anyone-can-control-this-node";
        if (given == 0 && isMember && !options.InsecureClusterAnyoneCanControlThisNode)
        {
            failures.Add(
                "cluster-certificate, cluster-key, cluster-authority: a node with seeds or a cluster-bind needs all three, on loopback too, because every program that reaches its "
                + $"port for other nodes can control it; scripts/dev-ca makes some to try it out, and --{Insecure} does without.");
        }

        if (given > 0 && options.InsecureClusterAnyoneCanControlThisNode)
        {
            failures.Add($"{Insecure}: certificates are given as well; leave one of the two out.");
        }
    }
}
