using System.Collections;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.Tests.Settings;

/// <summary>Settings as operators write them, right and wrong: what comes of them, and the sentence about each that is wrong.</summary>
public sealed class SettingsReadingTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_defaults_hold_when_nothing_is_given()
    {
        SettingsReading settings = Read("""{ "Rendezvous": { } }""");

        Assert.Empty(settings.Check());
        Assert.Equal(7_200u, settings.Options.Limits.MinTtlSeconds);
        Assert.Equal(259_200u, settings.Options.Limits.MaxTtlSeconds);
        Assert.All(SettingTable.All, setting => Assert.Null(settings.OriginOf(setting.Key)));
    }

    [Fact]
    public void A_file_is_read_with_its_comments_and_commas_at_the_end_of_lists()
    {
        ServerOptions options = Good("""
            {
              // short-lived peers
              "Rendezvous": {
                "MinTtlSeconds": 60, "Seeds": ["a:1", "b:2",], "FailureDetection": "Calm",
                "Upkeep": { "SnapshotEvents": 50, "TrustAge": "00:01:30", },
              },
              "Other": { "is": "not ours" }
            }
            """);

        Assert.Equal(60u, options.Limits.MinTtlSeconds);
        Assert.Equal(["a:1", "b:2"], options.Seeds);
        Assert.Equal(FailureDetection.Calm, options.FailureDetection);
        Assert.Equal((50, TimeSpan.FromSeconds(90)), (options.Upkeep.SnapshotEvents, options.Upkeep.TrustAge));
    }

    [Theory]
    [InlineData("60", 60)]
    [InlineData("\"60\"", 60)]
    [InlineData("\"90s\"", 90)]
    [InlineData("\"2h\"", 7_200)]
    [InlineData("\"1h30m\"", 5_400)]
    [InlineData("\"00:01:00\"", 60)]
    [InlineData("\"3d\"", 259_200)]
    public void A_time_to_live_is_a_number_of_seconds_or_a_time_with_a_unit(string value, uint seconds) =>
        Assert.Equal(seconds, Good($$"""{ "Rendezvous": { "MinTtlSeconds": {{value}} } }""").Limits.MinTtlSeconds);

    [Theory]
    [InlineData("\"00:05:00\"", 5)]
    [InlineData("\"5m\"", 5)]
    [InlineData("2", 2 * 24 * 60)]
    public void A_time_of_the_upkeep_has_a_unit_or_counts_days_as_ever(string value, int minutes) => Assert.Equal(
        TimeSpan.FromMinutes(minutes),
        Good($$"""{ "Rendezvous": { "Upkeep": { "JanitorInterval": {{value}} } } }""").Upkeep.JanitorInterval);

    [Theory]
    [InlineData("268435456")]
    [InlineData("\"256MiB\"")]
    [InlineData("\"0.25 GiB\"")]
    public void A_size_is_a_number_of_bytes_or_has_a_unit(string value) => Assert.Equal(
        256L << 20, Good($$"""{ "Rendezvous": { "Libp2p": { "Limits": { "MaxHeldBytes": {{value}} } } } }""").Libp2p.Limits.MaxHeldBytes);

    [Theory]
    [InlineData(
        """{ "Rendezvous": { "MinTtl": 60 } }""",
        "Rendezvous:MinTtl in '{file}', line 1, is not a setting: there is no 'MinTtl'; 'MinTtlSeconds' may be meant.")]
    [InlineData("{\"Rendezvous\": {\n\"Upkeep\": {\n\"FenceAges\": \"1\" } } }",
        "Rendezvous:Upkeep:FenceAges in '{file}', line 3, is not a setting: there is no 'FenceAges'; 'FenceAge' may be meant.")]
    [InlineData("""{ "Rendezvous": { "Upkep": { "FenceAge": "1h" } } }""",
        "Rendezvous:Upkep in '{file}', line 1, is not a setting: there is no 'Upkep'; 'Upkeep' may be meant.")]
    [InlineData("""{ "Rendezvous": { "Limits": { "DialTimeout": "1s" } } }""",
        "Rendezvous:Limits:DialTimeout in '{file}', line 1, is not a setting: there is no 'DialTimeout'; "
        + "'Rendezvous:Libp2p:Limits:DialTimeout' may be meant.")]
    [InlineData("""{ "Rendezvous": { "MinTtlSeconds": "soon" } }""",
        "Rendezvous:MinTtlSeconds in '{file}', line 1, is 'soon', and has to be a time such as 90s, 5m, 1h30m or 00:05:00, or a number "
        + "of seconds.")]
    [InlineData(
        """{ "Rendezvous": { "MaxTtlSeconds": 259201 } }""",
        "Rendezvous:MaxTtlSeconds in '{file}', line 1, is 259201; it must be from 1s to 3d.")]
    [InlineData(
        """{ "Rendezvous": { "MinTtlSeconds": 0 } }""",
        "Rendezvous:MinTtlSeconds in '{file}', line 1, is 0; it must be from 1s to 3d.")]
    [InlineData("""{ "Rendezvous": { "MinTtlSeconds": "1500ms" } }""", "is 1500ms; it must be a whole number of seconds.")]
    [InlineData("""{ "Rendezvous": { "MinTtlSeconds": 99999999999999999999 } }""", "is '99999999999999999999', and has to be a time")]
    [InlineData("""{ "Rendezvous": { "MinTtlSeconds": 9223372036854775807 } }""", "is 9223372036854775807; it must be from 1s to 3d.")]
    [InlineData("""{ "Rendezvous": { "MinTtlSeconds": -1 } }""", "is '-1', and has to be a time")]
    [InlineData(
        """{ "Rendezvous": { "MaxRegistrations": 1.5 } }""",
        "Rendezvous:MaxRegistrations in '{file}', line 1, is '1.5', and has to be a whole number.")]
    [InlineData("""{ "Rendezvous": { "MaxRegistrations": 1e6 } }""", "is '1e6', and has to be a whole number.")]
    [InlineData(
        """{ "Rendezvous": { "MaxRegistrations": 99999999999999999999999 } }""",
        "is 99999999999999999999999; it must be from 1 to 1000000000.")]
    [InlineData("""{ "Rendezvous": { "MaxRegistrations": -99999999999999999999999 } }""", "; it must be from 1 to 1000000000.")]
    [InlineData("""{ "Rendezvous": { "MaxRegistrations": true } }""", "is 'true', and has to be a whole number.")]
    [InlineData(
        """{ "Rendezvous": { "Limits": { "MaxHeldBytes": "9999999999TiB" } } }""",
        "is '9999999999TiB', and has to be a size such as")]
    [InlineData(
        """{ "Rendezvous": { "Limits": { "MaxHeldBytes": 16777215 } } }""",
        "Rendezvous:Limits:MaxHeldBytes in '{file}', line 1, is 16777215; it must be from 16MiB to 1TiB.")]
    [InlineData(
        """{ "Rendezvous": { "Libp2p": { "Limits": { "DialTimeout": 5 } } } }""",
        "is '5', and has to be a time such as 90s, 5m, 1h30m or 00:05:00.")]
    [InlineData("""{ "Rendezvous": { "AllowUnsignedRegistrations": "maybe" } }""",
        "Rendezvous:AllowUnsignedRegistrations in '{file}', line 1, is 'maybe', and has to be true or false.")]
    [InlineData("""{ "Rendezvous": { "FailureDetection": "psychic" } }""",
        "Rendezvous:FailureDetection in '{file}', line 1, is 'psychic', and has to be one of Fast, Calm.")]
    [InlineData("""{ "Rendezvous": { "FailureDetection": 7 } }""", "is '7', and has to be one of Fast, Calm.")]
    [InlineData("""{ "Rendezvous": { "FailureDetection": "Fast,Calm" } }""", "is 'Fast,Calm', and has to be one of Fast, Calm.")]
    [InlineData(
        """{ "Rendezvous": { "Upkeep": { "FenceAge": "long" } } }""",
        "Rendezvous:Upkeep:FenceAge in '{file}', line 1, is 'long', and has to be a time such as 90s")]
    [InlineData(
        """{ "Rendezvous": { "Upkeep": 5 } }""",
        "Rendezvous:Upkeep in '{file}', line 1, is a group of settings, and one value was given.")]
    [InlineData(
        """{ "Rendezvous": { "Upkeep": [5] } }""",
        "Rendezvous:Upkeep in '{file}', line 1, is a group of settings, and one value was given.")]
    [InlineData("""{ "Rendezvous": 5 }""", "Rendezvous in '{file}', line 1, is a group of settings, and one value was given.")]
    [InlineData("""{ "Rendezvous": { "Seeds": "a:1" } }""",
        "Rendezvous:Seeds in '{file}', line 1, is a list, and one value was given: write it in brackets, [ ... ].")]
    [InlineData(
        """{ "Rendezvous": { "Seeds": { "first": "a:1" } } }""",
        "Rendezvous:Seeds in '{file}', line 1, is a list, and one value was given")]
    [InlineData("""{ "Rendezvous": { "Seeds": [["a:1"]] } }""", "Rendezvous:Seeds:0 in '{file}', line 1, is a list, and has to be ")]
    [InlineData(
        """{ "Rendezvous": { "Seeds": [ "a" ] } }""",
        "Rendezvous:Seeds:0 in '{file}', line 1, is 'a'; it has to be a host and port")]
    [InlineData(
        """{ "Rendezvous": { "DataDirectory": { "Path": "x" } } }""",
        "Rendezvous:DataDirectory in '{file}', line 1, is a group of settings, and has to be the name of a directory.")]
    [InlineData(
        """{ "Rendezvous": { "DataDirectory": " " } }""",
        "Rendezvous:DataDirectory in '{file}', line 1, is ' '; it has to be the name of a directory.")]
    [InlineData(
        """{ "Rendezvous": { "Identity": "" } }""",
        "Rendezvous:Identity in '{file}', line 1, is empty; leave it out, or give the name of a file.")]
    [InlineData("""{ "Rendezvous": { "Listen": ["127.0.0.1:8000"] } }""", "is '127.0.0.1:8000'; it has to be a multiaddr")]
    [InlineData(
        """{ "Rendezvous": { "Management": "off" } }""",
        "is 'off'; it has to be an address and port, such as 127.0.0.1:9400, or 'none'.")]
    [InlineData(
        """{ "Rendezvous": { "TraceEndpoint": "grpc://collector:4317" } }""",
        "is 'grpc://collector:4317'; it has to be an http or https URL")]
    [InlineData("""{ "Rendezvous": { "TraceEndpoint": "127.0.0.1:4318" } }""", "it has to be an http or https URL")]
    [InlineData("""{ "Rendezvous": { "Roles": "registry,janitor" } }""", "is 'registry,janitor'; it has to be registry, frontend, or both")]
    [InlineData("""{ "Rendezvous": { "ClusterBind": "node-1:4053" } }""", "is 'node-1:4053'; it has to be an address and port")]
    [InlineData("""{ "Rendezvous": { "ProtocolAliases": ["no-slash"] } }""", "is 'no-slash'; it has to be a protocol id")]
    [InlineData(
        """{ "Rendezvous": { "PeerInfoAgentPrefixes": [" "] } }""",
        "Rendezvous:PeerInfoAgentPrefixes:0 in '{file}', line 1, is ' '; it has to be a text.")]
    [InlineData(
        "{\"Rendezvous\": {\n\"MinTtlSeconds\": 1,\n\"minttlseconds\": 2 } }",
        "The file '{file}', line 3: 'minttlseconds' stands there twice, first in line 2.")]
    [InlineData("{\"Rendezvous\": {\n\"MinTtlSeconds\": 1,\n\"Limits\": { \"MinTtlSeconds\": 2 } } }",
        "Rendezvous:Limits:MinTtlSeconds in '{file}', line 3, is given twice: also as Rendezvous:MinTtlSeconds, line 2.")]
    public void A_value_that_cannot_be_used_is_reported_with_its_place_and_what_is_allowed(string text, string said)
    {
        string fault = Assert.Single(Read(text).Check());

        Assert.Contains(said.Replace("{file}", _file, StringComparison.Ordinal), fault, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        IReadOnlyList<string> faults = Read(
            """{ "Rendezvous": { "Zz": 1, "MinTtl": 2, "Storage": "oracle", "Listen": ["x"], "Limits": { "MaxRequestBytes": 2048 } } }""",
            ("Rendezvous__LogLevel", "Loud")).Check();

        Assert.Equal(6, faults.Count);
        Assert.Contains(faults, fault => fault.Contains("no 'Zz'; there are ", StringComparison.Ordinal));
        Assert.Contains(
            $"Limits:MaxRequestBytes is 2048; it must be from 5120 to 4194304. (Limits:MaxRequestBytes: {_file}:1)", faults);
    }

    [Fact]
    public void A_value_that_could_not_be_read_breaks_no_rule_as_well()
    {
        IReadOnlyList<string> faults = Read("""{ "Rendezvous": { "Storage": "postgers", "ConnectionString": "Host=db" } }""").Check();

        Assert.Contains("'postgers'", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_lists_words_of_any_case_and_null_are_settings()
    {
        ServerOptions options = Good(
            """{ "Rendezvous": { "Listen": [], "Upkeep": {}, "Storage": "sqlite", "LogLevel": "none","Identity": null } }""");

        Assert.Empty(options.Listen!);
        Assert.Equal(Registry.RegistryStorage.Sqlite, options.Storage);
        Assert.Null(options.Identity);
    }

    [Fact]
    public void A_variable_is_laid_over_the_file_and_items_of_a_list_by_their_number()
    {
        SettingsReading settings = Read(
            """{ "Rendezvous": { "MinTtlSeconds": 60, "MaxTtlSeconds": 70, "Seeds": ["a:1", "b:2"] } }""",
            ("RENDEZVOUS__MINTTLSECONDS", "65"), ("Rendezvous__Seeds__1", "c:3"));

        Assert.Equal((65u, 70u), (settings.Options.Limits.MinTtlSeconds, settings.Options.Limits.MaxTtlSeconds));
        Assert.Equal(["a:1", "c:3"], settings.Options.Seeds);
        Assert.Equal("RENDEZVOUS__MINTTLSECONDS", settings.OriginOf("MinTtlSeconds")?.ToString());
        Assert.Equal($"{_file}:1", settings.OriginOf("MaxTtlSeconds")?.ToString());
    }

    [Fact]
    public void A_list_that_a_file_gives_takes_the_place_of_the_one_below()
    {
        var sources = new SettingSources();
        File.WriteAllText(_file, """{ "Rendezvous": { "Seeds": ["a:1", "b:2"], "Announce": ["/ip4/127.0.0.1/tcp/1"] } }""");
        sources.AddFile(_file, isNamed: true);
        File.WriteAllText(_file, """{ "Rendezvous": { "Seeds": ["c:3"], "Announce": [] } }""");
        sources.AddFile(_file, isNamed: true);

        ServerOptions options = SettingsReading.Of(sources).Options;

        Assert.Equal(["c:3"], options.Seeds);
        Assert.Empty(options.Announce);
    }

    [Theory]
    [InlineData(
        "Rendezvous__MinTtl",
        "60",
        "The environment variable Rendezvous__MinTtl is not a setting: there is no 'MinTtl'; 'MinTtlSeconds' may be meant.")]
    [InlineData(
        "Rendezvous__Seeds",
        "a:1",
        "The environment variable Rendezvous__Seeds is a list, and one value was given: write Rendezvous__Seeds__0, "
        + "Rendezvous__Seeds__1 and so on.")]
    [InlineData(
        "Rendezvous__Seeds__first",
        "a:1",
        "The environment variable Rendezvous__Seeds__first is not an item of a list: its number is 'first', and they are counted from 0.")]
    [InlineData("Rendezvous__Seeds__99999999999", "a:1", "its number is '99999999999', and they are counted from 0.")]
    [InlineData(
        "Rendezvous__MinTtlSeconds",
        "",
        "The environment variable Rendezvous__MinTtlSeconds is empty; leave it out, or give a time")]
    [InlineData(
        "Rendezvous__ConnectionString",
        "",
        "The environment variable Rendezvous__ConnectionString is empty; leave it out, or give a text.")]
    [InlineData("Rendezvous__", "x", "there is no ''")]
    [InlineData("Rendezvous__Upkeep", "x", "The environment variable Rendezvous__Upkeep is a group of settings, and one value was given.")]
    [InlineData(
        "Rendevous__MinTtlSeconds",
        "60",
        "The environment variable Rendevous__MinTtlSeconds is not a setting: its name begins with 'Rendevous'; 'Rendezvous' may be meant.")]
    public void A_variable_that_cannot_be_used_is_reported_by_its_name(string name, string value, string said) =>
        Assert.Contains(said, Assert.Single(Read("""{ "Rendezvous": { } }""", (name, value)).Check()), StringComparison.Ordinal);

    [Fact]
    public void Two_variables_for_one_setting_are_reported() => Assert.Equal(
        ["The environment variable rendezvous__minttlseconds is given twice: also as Rendezvous__MinTtlSeconds."],
        Read("""{ "Rendezvous": { } }""", ("Rendezvous__MinTtlSeconds", "60"), ("rendezvous__minttlseconds", "61")).Check());

    [Fact]
    public void A_variable_of_others_is_passed_over() => Assert.Empty(
        Read(
            """{ "Rendezvous": { } }""",
            ("RENDEZVOUS_POINTS__0", "x"),
            ("RENDEZVOUS_MIN_TTL", "x"),
            ("Logging__Level", "x"),
            ("__", "x")).Check());

    [Fact]
    public void A_secret_is_not_shown_in_a_fault()
    {
        string fault = Assert.Single(
            Read(
                """{ "Rendezvous": { "ConnectionString": "P=hidden", "ConnectionStringFile": "x", "Storage": "postgres" } }""").Check());

        Assert.DoesNotContain("hidden", fault, StringComparison.Ordinal);
    }

    private ServerOptions Good(string text)
    {
        SettingsReading settings = Read(text);
        Assert.Empty(settings.Faults);
        return settings.Options;
    }

    private SettingsReading Read(string text, params (string Name, string Value)[] variables)
    {
        File.WriteAllText(_file, text);
        return SettingsReading.Of(SettingSources.Read(_file, (IDictionary)variables.ToDictionary(one => one.Name, one => one.Value)));
    }
}
