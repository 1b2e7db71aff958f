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
              "Rendezvous": { "MinTtlSeconds": 60, "Seeds": ["a:1", "b:2"], "FailureDetection": "Calm", "Upkeep": { "SnapshotEvents": 50, "TrustAge": "00:01:30" } },
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
            source => Assert.IsType<Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationSource>(source));
    }

    [Theory]
    [InlineData("""{ "Rendezvous": { "MinTtl": 60 } }""", "'MinTtl'")]
    [InlineData("""{ "Rendezvous": { "MinTtlSeconds": "soon" } }""", "MinTtlSeconds")]
    [InlineData("{ no JSON", "JSON file")]
    public async Task What_cannot_be_used_is_a_start_failure_that_names_it(string text, string named)
    {
        await File.WriteAllTextAsync(_file, text);

        ServerStartException failure = Assert.Throws<ServerStartException>(() => ServerConfiguration.Add(_configuration, _file));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_is_a_start_failure_that_names_it()
    {
        string missing = _file + ".missing";

        ServerStartException failure = Assert.Throws<ServerStartException>(() => ServerConfiguration.Add(_configuration, missing));

        Assert.Contains(missing, failure.Message, StringComparison.Ordinal);
    }
}
