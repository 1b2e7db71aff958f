using System.CommandLine;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary><c>rendezvous completion</c>: a script for the shell, which asks the tool itself what can stand at the cursor.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = NewShell();

    public static Command Create()
    {
        var command = new Command("completion", "Print the script that completes this tool's command line in a shell.") { Shell };
        command.SetAction(result => result.InvocationConfiguration.Output.Write(ScriptFor(result.GetRequiredValue(Shell))));
        return command;
    }

    private static string ScriptFor(string shell) => shell switch
    {
        "bash" =>
            """
            # eval "$(rendezvous completion bash)"
            _rendezvous() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(rendezvous "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _rendezvous rendezvous

            """,
        "zsh" =>
            """
            # eval "$(rendezvous completion zsh)"
            _rendezvous() {
              local -a found
              found=("${(@f)$(rendezvous "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}")
              compadd -a found
            }
            compdef _rendezvous rendezvous

            """,
        "fish" =>
            """
            # rendezvous completion fish | source
            function __rendezvous_suggest
                set -l line (commandline -cp)
                rendezvous "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
            end
            complete -c rendezvous -f -a '(__rendezvous_suggest)'

            """,
        _ =>
            """
            # rendezvous completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName rendezvous -ScriptBlock {
              param($word, $ast, $cursor)
              rendezvous "[suggest:$cursor]" "$ast" 2>$null | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """,
    };

    private static Argument<string> NewShell()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        return shell;
    }
}
