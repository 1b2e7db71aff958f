using Microsoft.Extensions.Configuration;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Options;

public sealed class ServerConfigurationTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly ConfigurationManager _configuration = new();

    public void Dispose()
    {
        _configuration.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public void The_defaults_hold_when_nothing_is_said()
    {
        ServerConfiguration.Add(_configuration, file: null);

        ServerOptions options = ServerConfiguration.Bind(_configuration);

        Assert.Equal(7_200u, options.MinTtlSeconds);
        Assert.Equal(259_200u, options.MaxTtlSeconds);
    }

    [Fact]
    public async Task Reads_the_file_that_was_named_with_its_comments()
    {
        await File.WriteAllTextAsync(_file, """
            {
              // short-lived peers
              "Rendezvous": { "MinTtlSeconds": 60, "Seeds": ["a:1", "b:2"], "FailureDetection": "Calm",
                "Upkeep": { "SnapshotEvents": 50, "TrustAge": "00:01:30" } },
              "Other": { "is": "not ours" }
            }
            """);

        ServerConfiguration.Add(_configuration, _file);
        ServerOptions options = ServerConfiguration.Bind(_configuration);

        Assert.Equal(60u, options.MinTtlSeconds);
        Assert.Equal(["a:1", "b:2"], options.Seeds);
        Assert.Equal(FailureDetection.Calm, options.FailureDetection);
        Assert.Equal((50, TimeSpan.FromSeconds(90)), (options.Upkeep.SnapshotEvents, options.Upkeep.TrustAge));
    }

    [Fact]
    public async Task The_environment_is_laid_over_the_file()
    {
        await File.WriteAllTextAsync(_file, """{ "Rendezvous": { "MinTtlSeconds": 60 } }""");
        ServerConfiguration.Add(_configuration, _file);

        IConfigurationSource[] sources = [.. _configuration.Sources.TakeLast(2)];

        Assert.Collection(
            sources,
            source => Assert.IsType<Microsoft.Extensions.Configuration.Json.JsonConfigurationSource>(source),
            source => Assert.IsType<Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationSource>(
                source));
    }

    [Theory]
    [InlineData(
        """{ "Rendezvous": { "MinTtl": 60 } }""",
        "Rendezvous:MinTtl in '{file}' is no setting: there is no 'MinTtl'; 'MinTtlSeconds' may be meant.")]
    [InlineData("""{ "Rendezvous": { "Upkeep": { "FenceAges": "1" } } }""",
        "Rendezvous:Upkeep:FenceAges in '{file}' is no setting: there is no 'FenceAges'; 'FenceAge' may be meant.")]
    [InlineData("""{ "Rendezvous": { "MinTtlSeconds": "soon" } }""",
        "Rendezvous:MinTtlSeconds in '{file}' is 'soon', and has to be a whole number from 0 to 4294967295.")]
    [InlineData("""{ "Rendezvous": { "MaxRegistrations": 1.5 } }""",
        "Rendezvous:MaxRegistrations in '{file}' is '1.5', and has to be a whole number up to 2147483647.")]
    [InlineData("""{ "Rendezvous": { "AllowUnsignedRegistrations": "maybe" } }""",
        "Rendezvous:AllowUnsignedRegistrations in '{file}' is 'maybe', and has to be true or false.")]
    [InlineData(
        """{ "Rendezvous": { "FailureDetection": "psychic" } }""",
        "Rendezvous:FailureDetection in '{file}' is 'psychic', and has to be one of Fast, Calm.")]
    [InlineData("""{ "Rendezvous": { "Upkeep": { "FenceAge": "long" } } }""",
        "Rendezvous:Upkeep:FenceAge in '{file}' is 'long', and has to be a time such as 00:05:00 (hours, minutes, seconds).")]
    [InlineData("""{ "Rendezvous": { "Upkeep": 5 } }""", "Rendezvous:Upkeep in '{file}' is a group of settings, and one value was given.")]
    [InlineData(
        """{ "Rendezvous": { "Seeds": "a:1" } }""",
        "Rendezvous:Seeds in '{file}' is a list, and one value was given: write it in brackets, [ ... ].")]
    [InlineData(
        """{ "Rendezvous": { "DataDirectory": { "Path": "x" } } }""",
        "Rendezvous:DataDirectory:Path in '{file}': DataDirectory is a text and no group of settings.")]
    [InlineData(
        "{ no JSON",
        "The file '{file}' is no JSON file: 'n' is an invalid start of a property name. Expected a '\"', at line 1 or just before it.")]
    [InlineData("{\n \"Rendezvous\": {\n  \"MinTtlSeconds\": 60\n  \"MaxTtlSeconds\": 60\n }\n}",
        "The file '{file}' is no JSON file: '\"' is invalid after a value. Expected either ',', '}', or ']', at line 4 or just before it.")]
    [InlineData("[]", "The file '{file}' cannot be used: Top-level JSON element must be an object. Instead, 'Array' was found.")]
    [InlineData("""{ "Rendezvous": { "Zzz": 1, "MinTtl": 2 } }""", "'MinTtlSeconds' may be meant.")]
    public async Task An_unusable_setting_is_a_start_failure_that_says_where_and_why(string text, string said)
    {
        await File.WriteAllTextAsync(_file, text);

        ServerStartException failure = Assert.Throws<ServerStartException>(() => ServerConfiguration.Add(_configuration, _file));

        Assert.Contains(said.Replace("{file}", _file, StringComparison.Ordinal), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_that_are_empty_and_words_of_any_case_are_settings()
    {
        await File.WriteAllTextAsync(
            _file,
            """
            {
              "Rendezvous": {
                "MinTtlSeconds": 7200, "Listen": [], "Announce": [], "Upkeep": { "SnapshotEvents": 1000 }, "Storage": "sqlite",
                "LogLevel": "warning", "Management": "none"
              }
            }
            """);

        ServerConfiguration.Add(_configuration, _file);

        Assert.Equal(7_200u, ServerConfiguration.Bind(_configuration).MinTtlSeconds);
    }

    [Fact]
    public void A_misspelt_variable_is_named_with_the_one_that_may_be_meant()
    {
        IConfigurationSection section =
            new ConfigurationBuilder().AddInMemoryCollection([new("Rendezvous:MinTtl", "60"), new("Rendezvous:Seeds", "a:1")]).Build()
            .GetSection(ServerOptions.Section);

        IReadOnlyList<string> failures = SettingKeys.Check(section, typeof(ServerOptions), _ => new SettingSource(File: null));

        Assert.Equal(
            [
                "The environment variable Rendezvous__MinTtl is no setting: there is no 'MinTtl'; 'MinTtlSeconds' may be meant.",
                "The environment variable Rendezvous__Seeds is a list, and one value was given: write Rendezvous__Seeds__0, "
                + "Rendezvous__Seeds__1 and so on.",
            ],
            failures);
    }

    [Theory]
    [InlineData("MinTtl", "MinTtlSeconds")]
    [InlineData("maxregistration", "MaxRegistrations")]
    [InlineData("DataDir", "DataDirectory")]
    [InlineData("LogLevels", "LogLevel")]
    [InlineData("Colour", null)]
    public void The_nearest_setting_is_found(string key, string? near) =>
        Assert.Equal(near, SettingKeys.Nearest(key, typeof(ServerOptions).GetProperties().Select(property => property.Name)));

    [Fact]
    public void A_file_that_is_missing_is_a_start_failure_that_names_it()
    {
        string missing = _file + ".missing";

        ServerStartException failure = Assert.Throws<ServerStartException>(() => ServerConfiguration.Add(_configuration, missing));

        Assert.Contains(missing, failure.Message, StringComparison.Ordinal);
    }
}
