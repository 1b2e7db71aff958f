namespace RendezvousCluster.Cli.Tests.CommandLine;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("bash", "complete -o default -F _rendezvous rendezvous")]
    [InlineData("zsh", "compdef _rendezvous rendezvous")]
    [InlineData("fish", "complete -c rendezvous")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Each_shell_has_a_script(string shell, string line)
    {
        (int code, string output, _) = await Run.ToEndAsync("completion", shell);

        Assert.Equal(0, code);
        Assert.Contains(line, output);
        Assert.Contains("[suggest:", output);
    }

    [Fact]
    public async Task The_tool_answers_what_the_scripts_ask()
    {
        const string Line = "rendezvous dis";

        (int code, string output, _) = await Run.ToEndAsync($"[suggest:{Line.Length}]", Line);

        Assert.Equal((0, "discover"), (code, output.Trim()));
    }
}
