using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace RendezvousCluster.Server.Options;

/// <summary>Where a setting comes from, as its author knows it: a variable or a file.</summary>
/// <param name="File">The settings file; null for the environment.</param>
internal sealed record SettingSource(string? File)
{
    /// <summary>Where the value of a key comes from, or the first of those below it.</summary>
    public static SettingSource Of(IConfigurationRoot configuration, string path)
    {
        IConfigurationProvider? provider = configuration.Providers.Reverse().FirstOrDefault(
            provider => provider.TryGet(path, out _) || provider.GetChildKeys([], path).Any());
        return provider switch
        {
            JsonConfigurationProvider { Source: { Path: { } file } source } =>
                new SettingSource(source.FileProvider?.GetFileInfo(file).PhysicalPath ?? file),
            EnvironmentVariablesConfigurationProvider or null => new SettingSource(File: null),
            _ => new SettingSource(provider.ToString()),
        };
    }

    /// <summary>What to call a setting from here.</summary>
    public string Name(string path) => File is null ? $"The environment variable {Variable(path)}" : $"{path} in '{File}'";

    /// <summary>How a list is written here.</summary>
    public string ListExample(string path) =>
        File is null ? $"write {Variable(path)}__0, {Variable(path)}__1 and so on" : "write it in brackets, [ ... ]";

    private static string Variable(string path) => path.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);
}
