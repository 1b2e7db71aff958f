using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Deployment.Documentation;

/// <summary>
/// The commands that a page shows in its <c>sh</c> blocks: a line each, joined where a backslash ends it, without its comment.
/// </summary>
internal static partial class DocumentedCommand
{
    public static IReadOnlyList<string> In(string page) =>
        Read(File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n"));

    internal static IReadOnlyList<string> Read(string text) =>
    [
        .. from fence in Fence().Matches(text)
           from line in fence.Groups["commands"].Value.Replace(" \\\n", " ", StringComparison.Ordinal).Split('\n')
           let command = Spaces().Replace(Remark().Replace(line, ""), " ").Trim()
           where command.Length > 0
           select command,
    ];

    /// <summary>The first lines of a page's blocks, as they stand there; those of commands are <c>```sh</c>.</summary>
    public static IEnumerable<string> BlocksOf(string page) =>
        from fence in AnyFence().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n"))
        select fence.Groups["beginning"].Value;

    [GeneratedRegex("^(?<beginning>[ \t]*(```|~~~).*)\n(.*\n)*?[ \t]*(```|~~~)[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex AnyFence();

    [GeneratedRegex("^```(sh|console)\n(?<commands>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(^|\s+)# .*$")]
    private static partial Regex Remark();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
