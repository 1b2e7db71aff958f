using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Deployment;

/// <summary>Settings as the server reads them: a name that it does not know, or a value that cannot work, fails.</summary>
internal static class ServerSettings
{
    /// <summary>
    /// Reads a file, or none, with variables laid over it, all of which must be the server's; and checks what comes of it.
    /// </summary>
    public static ServerOptions Read(IReadOnlyDictionary<string, string> environment, string? file = null)
    {
        using var configuration = new ConfigurationManager();
        ServerConfiguration.Add(configuration, file);
        configuration.AddInMemoryCollection(environment.Select(variable =>
        {
            Assert.StartsWith($"{ServerOptions.Section}__", variable.Key, StringComparison.Ordinal);
            return KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value);
        }));
        ServerConfiguration.Check(configuration);
        ServerOptions options = ServerConfiguration.Bind(configuration);
        ValidateOptionsResult result = new ServerOptionsValidator().Validate(null, options);
        Assert.True(result.Succeeded, result.FailureMessage);
        return options;
    }
}
