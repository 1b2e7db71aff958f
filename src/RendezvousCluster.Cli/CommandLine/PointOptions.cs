using System.CommandLine;
using Microsoft.Extensions.Configuration;
using RendezvousCluster.Client;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>The options that all commands share who talk to points, and what comes of them.</summary>
internal sealed class PointOptions
{
    /// <summary>The configuration file that is looked for in the working directory.</summary>
    public const string FileName = "rendezvous.json";

    private readonly Option<string[]> _points = new("--point", "-p")
    {
        Description = "A point, as a multiaddr that ends in /p2p/ and its peer id; repeat it for more. [default: from the configuration]",
        HelpName = "multiaddr",
    };

    private readonly Option<string> _identity = new("--identity", "-i")
    {
        Description = "The key file of this node, as keygen makes it. [default: from the configuration, else a new identity each time]",
        HelpName = "file",
    };

    private readonly Option<string> _configuration = new("--config")
    {
        Description = $"The configuration file. [default: {FileName} in the working directory, if there is one]",
        HelpName = "file",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, one object a line, instead of tables." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_points);
        command.Add(_identity);
        command.Add(_configuration);
        command.Add(_json);
    }

    /// <summary>Whether JSON is wanted.</summary>
    public bool IsJson(ParseResult result) => result.GetValue(_json);

    /// <summary>The points, at least one.</summary>
    /// <exception cref="UsageException">There are none, or one is none.</exception>
    public IReadOnlyList<RendezvousPoint> Points(ParseResult result)
    {
        string[] given = result.GetValue(_points) is { Length: > 0 } named
            ? named
            : Configured(result).GetSection(ConfigurationFile.PointsKey).Get<string[]>() ?? [];
        if (given.Length == 0)
        {
            throw new UsageException(
                $"Name a point: --point <multiaddr>, RENDEZVOUS_POINTS__0 in the environment, or \"Points\" in {FileName}.");
        }

        try
        {
            return RendezvousPoint.ParseAll(given);
        }
        catch (FormatException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    /// <summary>The node's key; null for a new one.</summary>
    public KeyPair? Identity(ParseResult result)
    {
        string? file = IdentityFile(result);
        return file is null ? null : IdentityKeyFile.Load(file);
    }

    /// <summary>A client over a host that only dials, unless the options say more.</summary>
    public (Libp2pHost Host, RendezvousClientOptions Options) Node(ParseResult result, Action<Libp2pOptions>? configure = null)
    {
        IReadOnlyList<RendezvousPoint> points = Points(result);
        var libp2p = new Libp2pOptions
        {
            Identity = Identity(result),
            RecordSequenceFile = IdentityFile(result) is { } file ? $"{file}.sequence" : null,
            AgentVersion = Agent,
        };
        configure?.Invoke(libp2p);
        var options = new RendezvousClientOptions();
        foreach (Libp2p.Multiformats.Multiaddr address in points.SelectMany(point => point.Addresses))
        {
            options.Points.Add(address.ToString());
        }

        return (new Libp2pHost(libp2p, []), options);
    }

    private static string Agent => $"rendezvous-cli/{typeof(PointOptions).Assembly.GetName().Version?.ToString(3)}";

    private string? IdentityFile(ParseResult result) => result.GetValue(_identity) ?? Configured(result)[ConfigurationFile.IdentityKey];

    private IConfiguration Configured(ParseResult result)
    {
        string? named = result.GetValue(_configuration);
        string file = Path.GetFullPath(named ?? FileName);
        var faults = new List<string>();
        var configuration = new ConfigurationBuilder();
        if (named is not null || File.Exists(file))
        {
            configuration.AddInMemoryCollection(Read(file, faults));
        }

        faults.AddRange(ConfigurationVariables.FaultsOf(Environment.GetEnvironmentVariables()));
        return faults.Count == 0
            ? configuration.AddEnvironmentVariables(ConfigurationVariables.Prefix).Build()
            : throw new UsageException(string.Join(' ', faults));
    }

    private static IEnumerable<KeyValuePair<string, string?>> Read(string file, List<string> faults)
    {
        if (SettingsFile.Read(file, out string? fault) is not { } json)
        {
            faults.Add(fault!);
            return [];
        }

        var configuration = ConfigurationFile.Read(json);
        if (configuration.Faults.Count > 0)
        {
            faults.Add($"The configuration '{file}' cannot be used: {string.Join(' ', configuration.Faults)}");
        }

        return configuration.Values;
    }
}
