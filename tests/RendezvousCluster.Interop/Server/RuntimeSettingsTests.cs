using System.Text.Json;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Interop.Server;

/// <summary>The settings of the runtime beside the server that is built: nobody would see otherwise that one is lost.</summary>
public class RuntimeSettingsTests
{
    [Theory]
    [InlineData("System.GC.Server", "false")]
    [InlineData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", "0")]
    public void The_server_runs_with_the_settings_that_were_measured(string setting, string value)
    {
        using JsonDocument settings = JsonDocument.Parse(
            File.ReadAllText(Path.ChangeExtension(Repository.ServerAssembly, ".runtimeconfig.json")));

        JsonElement properties = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.True(properties.TryGetProperty(setting, out JsonElement found), $"{setting} is not set.");
        Assert.Equal(value, found.ToString().ToLowerInvariant());
    }
}
