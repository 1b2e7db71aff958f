using System.Net;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Options;

/// <summary>Refuses settings that cannot work, with a sentence for each that says what to change.</summary>
internal sealed class ServerOptionsValidator : IValidateOptions<ServerOptions>
{
    /// <summary>The longest time to live that any point grants: the spec's 72 hours.</summary>
    public const uint LongestTtlSeconds = 259_200;

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var failures = new List<string>();
        foreach (string address in options.ListenOrDefault)
        {
            if (!Multiaddr.TryParse(address, out _))
            {
                failures.Add($"listen: '{address}' is no multiaddr, such as /ip4/127.0.0.1/tcp/8000 or /ip4/127.0.0.1/tcp/15003/ws.");
            }
        }

        foreach (string address in options.Announce)
        {
            if (!Multiaddr.TryParse(address, out _))
            {
                failures.Add($"announce: '{address}' is no multiaddr, such as /dns4/point.example.org/tcp/443/wss.");
            }
        }

        if (options.Management is not (null or ServerOptions.NoManagement) && !IPEndPoint.TryParse(options.Management, out _))
        {
            failures.Add($"management: '{options.Management}' is no address and port, such as {ServerOptions.DefaultManagement}, and not '{ServerOptions.NoManagement}'.");
        }

        if (options.TraceEndpoint is { } collector && !(Uri.TryCreate(collector, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"))
        {
            failures.Add($"trace-endpoint: '{collector}' is no http or https URL, such as http://127.0.0.1:4318.");
        }

        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            failures.Add("data-dir: a directory is needed for the identity and the database.");
        }

        CheckStorage(options, failures);
        ClusterSettings.Check(options, failures);
        if (options.MinTtlSeconds is 0)
        {
            failures.Add("min-ttl: at least 1 second.");
        }

        if (options.MaxTtlSeconds > LongestTtlSeconds)
        {
            failures.Add($"max-ttl: at most {LongestTtlSeconds} seconds, the 72 hours of the specification.");
        }

        if (options.MinTtlSeconds > options.MaxTtlSeconds)
        {
            failures.Add($"min-ttl ({options.MinTtlSeconds}) is above max-ttl ({options.MaxTtlSeconds}).");
        }

        failures.AddRange(options.ToRegistrationLimits().Validate());
        failures.AddRange(options.Limits.Validate().Select(failure => $"limits: {failure}"));
        failures.AddRange(options.Upkeep.Validate().Select(failure => $"upkeep: {failure}"));
        foreach (string alias in options.ProtocolAliases ?? [])
        {
            if (!alias.StartsWith('/'))
            {
                failures.Add($"protocol alias: '{alias}' does not begin with '/'.");
            }
        }

        if (!Enum.IsDefined(options.FlavourForUnknownPeers))
        {
            failures.Add("flavour for unknown peers: RoutingState or Standard.");
        }

        if ((options.PeerInfoAgentPrefixes ?? []).Any(string.IsNullOrWhiteSpace))
        {
            failures.Add("peer-info agent prefixes: an empty one would fit every peer.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckStorage(ServerOptions options, List<string> failures)
    {
        if (options.EnableMemoryDatabase && options.StorageOrDefault != RegistryStorage.Memory)
        {
            failures.Add($"enable-memory-database: storage is {Name(options.StorageOrDefault)}; leave one of the two out.");
        }

        if (options is { ConnectionString: not null, ConnectionStringFile: not null })
        {
            failures.Add("connection-string: it is given itself and as a file; leave one of the two out.");
        }

        bool given = options.ConnectionString is not null || options.ConnectionStringFile is not null;
        bool needed = options.StorageOrDefault is RegistryStorage.Postgres or RegistryStorage.MySql;
        if (!options.IsRegistry)
        {
            if (given || options.Storage is not null)
            {
                failures.Add("storage, connection-string: a node without the role registry keeps no data; leave them out.");
            }

            return;
        }

        if (needed && !given)
        {
            failures.Add(
                $"connection-string: storage {Name(options.StorageOrDefault)} needs one; set Rendezvous__ConnectionString, or name a file with --connection-string-file.");
        }
        else if (given && !needed)
        {
            failures.Add($"connection-string: storage {Name(options.StorageOrDefault)} uses none; say --storage postgres or mysql.");
        }
    }

    private static string Name(RegistryStorage storage) => storage.ToString().ToLowerInvariant();
}
