using System.Collections;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.Tests.Settings;

public sealed class EffectiveSettingsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Every_setting_is_shown_with_its_value_and_its_place()
    {
        File.WriteAllText(_file, "{ \"Rendezvous\": {\n\"MaxTtlSeconds\": 7200,\n\"Seeds\": [\"a:1\", \"b:2\"], \"Announce\": [] } }");
        SettingSources sources = SettingSources.Read(_file, new Hashtable { ["Rendezvous__Limits__MaxHeldBytes"] = "268435456" });
        sources.With(
            new SettingLayer([new GivenValue("Rendezvous:MinTtlSeconds", "60", new SettingOrigin(OriginKind.Option, "--min-ttl"))]));

        string[] lines = [.. EffectiveSettings.Lines(SettingsReading.Of(sources))];

        Assert.Equal(SettingTable.All.Count(), lines.Length);
        string[] shown =
        [
            "Rendezvous:MinTtlSeconds = 1m  [--min-ttl]",
            $"Rendezvous:MaxTtlSeconds = 2h  [{_file}:2]",
            $"Rendezvous:Seeds = a:1 b:2  [{_file}:3]",
            $"Rendezvous:Announce = (empty)  [{_file}:3]",
            "Rendezvous:Libp2p:Limits:MaxHeldBytes = 256MiB  [Rendezvous__Limits__MaxHeldBytes]",
            "Rendezvous:DataDirectory = data  [default]",
            "Rendezvous:Identity = (identity.key in the data directory)  [default]",
        ];
        Assert.All(shown, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void A_secret_is_not_shown()
    {
        SettingSources sources = SettingSources.Read(null, new Hashtable
        {
            ["Rendezvous__ConnectionString"] = "Host=db;Password=hidden",
            ["Rendezvous__TraceEndpoint"] = "http://me:hidden@127.0.0.1:4318",
        });

        string[] lines = [.. EffectiveSettings.Lines(SettingsReading.Of(sources))];

        Assert.Contains("Rendezvous:ConnectionString = (not shown)  [Rendezvous__ConnectionString]", lines);
        Assert.Contains("Rendezvous:TraceEndpoint = http://(not shown)@127.0.0.1:4318  [Rendezvous__TraceEndpoint]", lines);
        Assert.DoesNotContain(lines, line => line.Contains("hidden", StringComparison.Ordinal));
    }
}
