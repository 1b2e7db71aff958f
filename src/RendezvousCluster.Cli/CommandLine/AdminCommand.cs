using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RendezvousCluster.Cli.Admin;
using RendezvousCluster.Cli.Output;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// <c>rendezvous admin</c>: what a running server and its cluster know of themselves, from the admin API of any node. A node that gave no
/// answer is a line on standard error; the rest is printed all the same.
/// </summary>
internal static class AdminCommand
{
    private const string UsualServer = "http://127.0.0.1:9400";
    private const string ServerVariable = "RENDEZVOUS_ADMIN_SERVER";
    private const double UsualTimeoutSeconds = 10;

    private static readonly Option<string> Server = new("--server", "-s")
    {
        Description = "Where the server serves health and metrics, its --management. "
            + $"[default: {ServerVariable} of the environment, else {UsualServer}]",
        HelpName = "url",
    };

    private static readonly Option<double?> Timeout = BoundedOption.Wait(
        "--timeout", $"How long to wait for the answer. [default: {UsualTimeoutSeconds}]", least: 0.1);

    private static readonly Option<bool> Json = new("--json") { Description = "Print the server's answer in JSON instead of a table." };

    private static readonly Option<int?> Top = BoundedOption.Count(
        "--top", "How many rows of each node at most. [default: 20]", most: 100);

    private static readonly Option<string> After = new("--after")
    {
        Description = "Where the page before said that the next one begins.", HelpName = "place",
    };

    public static Command Create()
    {
        Command admin = CreateQuestions();
        foreach (Command change in ChangeCommands.Create())
        {
            admin.Add(change);
        }

        return admin;
    }

    /// <summary>Adds the options by which a command finds its server.</summary>
    public static Command WithServer(Command command)
    {
        command.Add(Server);
        command.Add(Timeout);
        command.Add(Json);
        return command;
    }

    /// <summary>Asks the server that the options name.</summary>
    public static AdminClient ClientOf(ParseResult result) =>
        new(ServerOf(result), TimeSpan.FromSeconds(result.GetValue(Timeout) ?? UsualTimeoutSeconds));

    /// <summary>Where results go.</summary>
    public static Report ReportOf(ParseResult result) => new(result.InvocationConfiguration.Output, result.GetValue(Json));

    private static Command CreateQuestions() => new(
        "admin", "Ask a running server about itself and its cluster, drain it or stop it, or end registrations.")
    {
        Verb("status", "How each node is: whether it serves, since when, and how much is on it.", (report, answer) =>
        {
            report.Table(AdminSheets.Status(answer));
            Say(report, AdminSheets.StatusRemarks(answer));
        }),
        Verb("members", "Who is in the cluster, and which nodes see it otherwise.", (report, answer) =>
            report.Table(AdminSheets.Members(answer))),
        Verb("shards", "How many shards each node has, and how many entities are awake in them.", (report, answer) =>
            report.Table(AdminSheets.Shards(answer))),
        Verb(
            "namespaces",
            "The largest namespaces in each node's memory.",
            (report, answer) =>
            {
                Say(report, AdminSheets.NamespaceSums(answer));
                report.Table(AdminSheets.Namespaces(answer));
            },
            Top),
        Verb(
            "namespace",
            "One namespace: the node that owns it, and a page of its registrations.",
            (report, answer) =>
            {
                report.Table(AdminSheets.Registrations(answer));
                Say(report, AdminSheets.NamespaceRemarks(answer));
            },
            new Argument<string>("name") { Description = "The namespace." },
            Top,
            After),
        Verb(
            "peer",
            "One peer: where it is connected, what it has registered, which limits hold it, and why it was refused lately.",
            (report, answer) => Say(report, AdminSheets.Peer(answer)),
            new Argument<string>("id") { Description = "The id of the peer." },
            Top),
        Verb("limits", "How near each node is to its limits, and who is the nearest to each.", (report, answer) =>
            report.Table(AdminSheets.Limits(answer))),
        Verb(
            "connections",
            "Who is connected to each node: sums, and the connections that hold the most.",
            (report, answer) =>
            {
                Say(report, AdminSheets.ConnectionSums(answer));
                report.Table(AdminSheets.Connections(answer));
            },
            Top),
    };

    private static Command Verb(string name, string description, Action<Report, JsonElement> tell, params Symbol[] parts)
    {
        Command command = WithServer(new Command(name, description));
        foreach (Symbol part in parts)
        {
            if (part is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)part);
            }
        }

        command.SetAction((result, cancellationToken) => RunAsync(result, PathOf(name, result, parts), tell, cancellationToken));
        return command;
    }

    // The parts of a verb have the names of the parts of the query.
    private static string PathOf(string name, ParseResult result, Symbol[] parts)
    {
        string[] given =
        [
            .. from part in parts
               let value = part switch
               {
                   Argument<string> argument => result.GetValue(argument),
                   Option<string> option => result.GetValue(option),
                   Option<int?> option => result.GetValue(option)?.ToString(CultureInfo.InvariantCulture),
                   _ => throw new ArgumentException($"{part.Name} is not a part of a query.", nameof(parts)),
               }
               where value is not null
               select $"{part.Name.TrimStart('-')}={Uri.EscapeDataString(value)}",
        ];
        return given.Length > 0 ? $"{name}?{string.Join('&', given)}" : name;
    }

    private static async Task<int> RunAsync(
        ParseResult result, string path, Action<Report, JsonElement> tell, CancellationToken cancellationToken)
    {
        Report report = ReportOf(result);
        using AdminClient client = ClientOf(result);
        JsonElement answer = await client.GetAsync(path, cancellationToken);
        if (report.IsJson)
        {
            report.Line(answer);
        }
        else
        {
            tell(report, answer);
        }

        var errors = new Report(result.InvocationConfiguration.Error, isJson: false);
        Say(errors, AdminSheets.Unanswered(answer));
        return ExitCodes.Success;
    }

    private static void Say(Report report, IEnumerable<string> sentences)
    {
        foreach (string sentence in sentences)
        {
            report.Sentence(sentence);
        }
    }

    // host:port is what --management of the server takes.
    private static Uri ServerOf(ParseResult result)
    {
        string? named = result.GetValue(Server) ?? Environment.GetEnvironmentVariable(ServerVariable);
        string text = string.IsNullOrEmpty(named) ? UsualServer : named;
        string url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? server) && server.Scheme is "http" or "https"
            ? server
            : throw new UsageException($"'{text}' is not the address of a server, such as {UsualServer}.");
    }
}
