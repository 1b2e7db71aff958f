using RendezvousCluster.Cli.CommandLine;

namespace RendezvousCluster.Cli.Tests.CommandLine;

public sealed class ConfigurationVariablesTests
{
    [Theory]
    [InlineData("RENDEZVOUS_POINTS__0")]
    [InlineData("rendezvous_points__1")]
    [InlineData("RENDEZVOUS_IDENTITY")]
    [InlineData("Rendezvous__Identity")] // the server's
    [InlineData("Rendezvous__Storage")]
    [InlineData("RENDEZVOUS_HOME")] // another program's
    [InlineData("POINTS__0")]
    public void A_variable_that_is_read_or_another_program_s_has_no_fault(string name) => Assert.Empty(FaultsOf(name));

    [Theory]
    [InlineData("RENDEZVOUS_POINT__0", "is not read; 'RENDEZVOUS_POINTS' may be meant.")]
    [InlineData("RENDEZVOUS_IDENTIY", "is not read; 'RENDEZVOUS_IDENTITY' may be meant.")]
    [InlineData("RENDEZVOUS_POINTS", "is a list: write RENDEZVOUS_POINTS__0, RENDEZVOUS_POINTS__1 and so on.")]
    [InlineData("RENDEZVOUS_IDENTITY__0", "is not read: 'RENDEZVOUS_IDENTITY' names a file.")]
    public void A_variable_that_looks_like_a_setting_and_is_not_read_is_a_fault(string name, string fault) =>
        Assert.Equal([$"The environment variable {name} {fault}"], FaultsOf(name));

    private static IReadOnlyList<string> FaultsOf(string name) =>
        ConfigurationVariables.FaultsOf(new Dictionary<string, string> { [name] = "a" });
}
