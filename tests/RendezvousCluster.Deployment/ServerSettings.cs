using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Deployment;

/// <summary>Settings as the server reads them: a name that it does not know, or a value that cannot work, fails.</summary>
internal static class ServerSettings
{
    /// <summary>
    /// Reads a file, or none, with variables laid over it, all of which must be the server's; and checks what comes of it.
    /// </summary>
    /// <exception cref="ServerStartException">There is something wrong.</exception>
    public static ServerOptions Read(IReadOnlyDictionary<string, string> environment, string? file = null)
    {
        Assert.All(environment.Keys, name => Assert.StartsWith($"{ServerOptions.Section}__", name, StringComparison.Ordinal));
        SettingsReading settings = SettingsReading.Of(SettingSources.Read(file, environment.ToDictionary()));
        IReadOnlyList<string> faults = settings.Check();
        return faults.Count == 0 ? settings.Options : throw new ServerStartException(string.Join(' ', faults));
    }
}
