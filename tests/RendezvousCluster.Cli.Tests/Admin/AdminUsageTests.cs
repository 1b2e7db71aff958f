using RendezvousCluster.Cli.Tests.CommandLine;

namespace RendezvousCluster.Cli.Tests.Admin;

public sealed class AdminUsageTests
{
    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_in_a_line_and_exit_code_1()
    {
        (int code, string output, string error) = await Run.ToEndAsync("admin", "status", "--server", "127.0.0.1:1");

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("rendezvous: http://127.0.0.1:", error, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--server", "ftp://127.0.0.1:9400")]
    [InlineData("--server", "no server")]
    [InlineData("--timeout", "0")]
    [InlineData("--timeout", "-1")]
    public async Task An_option_that_cannot_be_used_is_a_usage_error(string option, string value)
    {
        (int code, string output, string error) = await Run.ToEndAsync("admin", "status", option, value);

        Assert.Equal((2, ""), (code, output));
        Assert.NotEqual("", error);
    }
}
