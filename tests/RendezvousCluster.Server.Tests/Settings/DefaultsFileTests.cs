using System.Collections;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.Tests.Settings;

public sealed class DefaultsFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_server_takes_the_file_of_defaults_and_changes_nothing()
    {
        File.WriteAllText(_file, DefaultsFile.Text());

        SettingsReading settings = SettingsReading.Of(SettingSources.Read(_file, new Hashtable()));

        Assert.Empty(settings.Check());
        var defaults = new ServerOptions();
        Assert.All(SettingTable.All, setting =>
        {
            Assert.Equal(setting.Write(defaults), setting.Write(settings.Options));
            Assert.Equal(setting.DefaultInWords is null, settings.OriginOf(setting.Key) is not null);
        });
    }

    [Fact]
    public void Every_setting_stands_in_the_file_of_defaults_once()
    {
        string[] lines = DefaultsFile.Text().Split('\n');

        Assert.Equal(
            SettingTable.All.Select(setting => setting.Key.Split(':')[^1]).Order(),
            lines.Select(line => line.TrimStart(' ', '/')).Where(line => line.StartsWith('"') && !line.EndsWith('{'))
                .Select(line => line.Split('"')[1]).Order());
    }
}
