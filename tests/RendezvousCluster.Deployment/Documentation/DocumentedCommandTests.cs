using RendezvousCluster.Testing;

namespace RendezvousCluster.Deployment.Documentation;

/// <summary>
/// The commands of README and tutorial, run as a reader runs them, on loopback. Each command is run, or stands in <see cref="NotRun"/> with
/// the reason; a command that is added to a page fails the test until it is in one of both.
/// </summary>
[TakesSeconds(90)]
public sealed class DocumentedCommandTests
{
    private const string Readme = "README.md";
    private const string Tutorial = "docs/tutorial.md";
    private const string Run = "dotnet run -c Release --project ";
    private const string Tool = Run + "src/RendezvousCluster.Cli -- ";
    private const string Dialer = Run + "examples/csharp/dialer -- $(point 3)";

    private static readonly string[] Blocks = ["```sh", "```", "```mermaid"];

    private static readonly TimeSpan Failover = TimeSpan.FromMinutes(2);

    /// <summary>By the beginning of the command.</summary>
    private static readonly Dictionary<string, string> NotRun = new()
    {
        ["POINT=/ip4/127.0.0.1/"] = "the reader puts what the server printed in its place, and so does the test",
        ["export Rendezvous__ConnectionString="] = "it names a database on another machine",
        ["rendezvous-server --storage postgres --cluster-bind 0.0.0.0"] = "it binds to every address and names other machines",
        ["(cd examples/js && npm ci"] = "it installs packages; the JavaScript examples are run by RendezvousCluster.Interop",
    };

    private static readonly string[] RunOfReadme =
    [
        Run + "src/RendezvousCluster.Server",
        Tool + "register chat --point $POINT",
        Tool + "discover chat --watch --point $POINT",
        Tool + "load --peers 100 --duration 2 --point $POINT",
        "scripts/cluster up", // by the test of the tutorial
    ];

    private static readonly string[] RunOfTutorial =
    [
        "scripts/cluster up",
        "NODES=$(scripts/cluster up --no-build)",
        """point() { awk -v node="node$1" '$1 == node { print $2 }' <<<"$NODES"; }""",
        Tool + "ping --point $(point 1) --point $(point 2) --point $(point 3)",
        Run + "examples/csharp/listener -- $(point 1) $(point 2) $(point 3)",
        Dialer,
        Tool + "discover example-namespace --point $(point 2)",
        Tool + "discover example-namespace --watch --interval 2 --point $(point 2)",
        "scripts/cluster kill 1",
        "scripts/cluster status",
        Dialer,
        "scripts/cluster start 1",
        "scripts/cluster down",
    ];

    public static TheoryData<string, string[]> Pages => new() { { Readme, RunOfReadme }, { Tutorial, RunOfTutorial } };

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_of_a_page_is_run_or_has_a_reason(string page, string[] run)
    {
        IEnumerable<string> commands = DocumentedCommand.In(page).Where(command => !NotRun.Keys.Any(command.StartsWith));

        Assert.Equal(run, commands);
    }

    /// <summary>A block in another language, or indented, would not be read, and its commands would not be run.</summary>
    [Theory]
    [InlineData(Readme)]
    [InlineData(Tutorial)]
    public void A_page_has_no_blocks_but_those_of_commands_output_and_diagrams(string page)
    {
        Assert.All(DocumentedCommand.BlocksOf(page), beginning => Assert.Contains(beginning, Blocks));
        Assert.Contains("```sh", DocumentedCommand.BlocksOf(page));
    }

    [Fact]
    public void No_reason_is_superfluous()
    {
        string[] commands = [.. DocumentedCommand.In(Readme), .. DocumentedCommand.In(Tutorial)];

        Assert.All(NotRun.Keys, beginning => Assert.Contains(commands, command => command.StartsWith(beginning, StringComparison.Ordinal)));
    }

    [Fact]
    public void Commands_are_read_without_remarks_and_joined_at_backslashes() => Assert.Equal(
        ["a b c", "d '#' e"],
        DocumentedCommand.Read("text\n```sh\na \\\n  b c   # a remark\n\n# another\nd '#' e\n```\n```json\nf\n```\n"));

    [Fact]
    public async Task The_commands_of_the_readme_work()
    {
        using var data = new TemporaryFolder();
        await using var terminal = new ReaderTerminal(
            $"Rendezvous__DataDirectory={data.Path}", "Rendezvous__Listen__0=/ip4/127.0.0.1/tcp/0", "Rendezvous__Management=127.0.0.1:0");
        await using ReaderTerminal.Staying server = terminal.Start(RunOfReadme[0]);
        await server.ReadToAsync("Rendezvous server listening on:");
        terminal.Define($"POINT={await server.ReadToAsync("/p2p/")}");

        // Without the option it would listen on every address of the machine.
        await using ReaderTerminal.Staying registered = terminal.Start(RunOfReadme[1] + " --listen /ip4/127.0.0.1/tcp/0");
        string peer = (await registered.ReadToAsync("is registered; Ctrl-C unregisters.")).Split(' ')[0];
        await using ReaderTerminal.Staying watch = terminal.Start(RunOfReadme[2]);
        await watch.ReadToAsync(peer);
        string load = await terminal.SucceedAsync(RunOfReadme[3]);

        Assert.All(["register", "refresh", "discover", "walk"], phase => Assert.Contains(phase, load, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(0, await watch.InterruptAsync());
        Assert.Equal(0, await registered.InterruptAsync());
        Assert.Equal(0, await server.InterruptAsync());
    }

    [Fact]
    public async Task The_commands_of_the_tutorial_work()
    {
        await using var cluster = new LocalCluster();
        await using var terminal = new ReaderTerminal($"CLUSTER_STATE={cluster.State}", $"CLUSTER_SLOT={cluster.Slot}");
        var commands = new Queue<string>(RunOfTutorial);

        // 1. Start the cluster
        string up = await terminal.SucceedAsync(commands.Dequeue());
        Assert.Equal(3, Nodes(up).Length);

        // A terminal remembers what the command printed, and does not run it again.
        string[] nodes = Nodes(await terminal.SucceedAsync($"{commands.Dequeue()}; echo \"$NODES\""));
        Assert.Equal(Nodes(up), nodes);
        terminal.Define($"NODES='{string.Join('\n', nodes)}'");
        terminal.Define(commands.Dequeue());
        await terminal.SucceedAsync(commands.Dequeue());

        // 2. Register, 3. Discover, and dial
        await using ReaderTerminal.Staying listener = terminal.Start(commands.Dequeue());
        string peer = (await listener.ReadToAsync("Node started with id ")).Split(' ')[^1];
        await listener.ReadToAsync("Registered to: example-namespace");
        Assert.Contains($"Dialled {peer} at ", await terminal.SucceedAsync(commands.Dequeue()), StringComparison.Ordinal);
        Assert.Contains(peer, await terminal.SucceedAsync(commands.Dequeue()), StringComparison.Ordinal);
        await using (ReaderTerminal.Staying watch = terminal.Start(commands.Dequeue()))
        {
            await watch.ReadToAsync(peer);
            Assert.Equal(0, await watch.InterruptAsync());
        }

        // 4. Kill a node
        await terminal.SucceedAsync(commands.Dequeue());
        Assert.Contains("node1 down", (await terminal.RunAsync(commands.Dequeue())).Output, StringComparison.Ordinal);
        string dialer = commands.Dequeue();
        await Eventually.EqualAsync(
            true, async () => (await terminal.RunAsync(dialer)).Output.Contains($"Dialled {peer} at ", StringComparison.Ordinal), Failover);
        await terminal.SucceedAsync(commands.Dequeue());

        // 5. Clean up
        Assert.Equal(0, await listener.InterruptAsync());
        Assert.DoesNotContain(peer, (await terminal.RunAsync(dialer)).Output, StringComparison.Ordinal);
        await terminal.SucceedAsync(commands.Dequeue());
        Assert.Empty(commands);
    }

    private static string[] Nodes(string output) =>
        [.. output.Split('\n').Where(line => line.StartsWith("node", StringComparison.Ordinal))];
}
