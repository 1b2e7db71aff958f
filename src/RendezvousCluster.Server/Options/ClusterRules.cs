using System.Net;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Server.Options;

/// <summary>The settings about the cluster: whether they can work together, and what they mean.</summary>
internal static class ClusterRules
{
    /// <summary>The option that does without certificates.</summary>
    public const string InsecureOption = "--insecure-cluster-anyone-can-control-this-node";

    private static readonly string[] CertificateKeys =
        [nameof(ServerOptions.ClusterCertificate), nameof(ServerOptions.ClusterKey), nameof(ServerOptions.ClusterAuthority)];

    private static readonly string[] PlaceKeys =
        [nameof(ServerOptions.Seeds), nameof(ServerOptions.ClusterBind), nameof(ServerOptions.Roles)];

    /// <summary>What cannot work.</summary>
    public static IEnumerable<RuleFault> Check(ServerOptions options)
    {
        RuleFault[] misplaced = [.. CheckPlace(options)];
        bool isMember = misplaced.Length == 0 && (options.Seeds.Length > 0 || options.ClusterBind is not null);
        return [.. misplaced, .. CheckCertificates(options, isMember)];
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

    private static IEnumerable<RuleFault> CheckPlace(ServerOptions options)
    {
        RegistryStorage storage = options.StorageOrDefault;
        if (options.IsRegistry && !storage.SharesBetweenNodes() && (options.Seeds.Length > 0 || options.ClusterBind is not null))
        {
            yield return new(
                $"seed, cluster-bind: storage {storage.Name()} serves one node only; several nodes share a database: --storage "
                + $"{RegistryStorageCapabilities.Names(kind => kind.SharesBetweenNodes())}.",
                [.. PlaceKeys, nameof(ServerOptions.Storage), nameof(ServerOptions.EnableMemoryDatabase)]);
        }

        if (!options.IsRegistry && options.Seeds.Length == 0)
        {
            yield return new("seed: a node without the role registry needs nodes that have it; name at least one.", PlaceKeys);
        }

        if (options.ClusterAnnounce is null && IPEndPoint.TryParse(options.ClusterBind ?? "", out IPEndPoint? bind)
            && (bind.Address.Equals(IPAddress.Any) || bind.Address.Equals(IPAddress.IPv6Any)))
        {
            yield return new(
                $"cluster-announce: with cluster-bind {bind} name a host and port where the other nodes reach this one.",
                [nameof(ServerOptions.ClusterAnnounce), nameof(ServerOptions.ClusterBind)]);
        }
    }

    private static IEnumerable<RuleFault> CheckCertificates(ServerOptions options, bool isMember)
    {
        string named = "cluster-certificate, cluster-key, cluster-authority";
        int given = new[] { options.ClusterCertificate, options.ClusterKey, options.ClusterAuthority }.Count(file => file is not null);
        if (given is 1 or 2)
        {
            yield return new($"{named}: TLS between nodes needs all three files.", CertificateKeys);
        }

        string[] keys = [.. CertificateKeys, nameof(ServerOptions.InsecureClusterAnyoneCanControlThisNode)];
        if (given == 0 && isMember && !options.InsecureClusterAnyoneCanControlThisNode)
        {
            yield return new(
                $"{named}: a node with seeds or a cluster-bind needs all three, on loopback too, because every program that reaches its "
                + $"port for other nodes can control it; scripts/dev-ca makes some to try it out, and {InsecureOption} does without.",
                keys);
        }

        if (given > 0 && options.InsecureClusterAnyoneCanControlThisNode)
        {
            yield return new($"{InsecureOption[2..]}: certificates are given as well; leave one of the two out.", keys);
        }
    }
}
