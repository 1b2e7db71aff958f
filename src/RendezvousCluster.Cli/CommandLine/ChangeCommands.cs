using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RendezvousCluster.Cli.Admin;
using RendezvousCluster.Cli.Output;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// <c>admin drain</c>, <c>undrain</c>, <c>leave</c> and <c>evict</c>: they change something at the server that is asked, and need its
/// token.
/// </summary>
internal static class ChangeCommands
{
    private const string TokenVariable = "RENDEZVOUS_ADMIN_TOKEN_FILE";
    private const string UsualTokenFile = "data/admin.token";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private static readonly Option<string> TokenFile = new("--token-file")
    {
        Description = "The file with the server's token, admin.token in its data directory. "
            + $"[default: {TokenVariable} of the environment, else {UsualTokenFile}]",
        HelpName = "file",
    };

    private static readonly Option<bool> Wait = new("--wait")
    {
        Description = "Wait until the server is drained; exit code 1 if it is not, or if requests were cut.",
    };

    private static readonly Option<double?> WaitSeconds = BoundedOption.Wait(
        "--wait-timeout", "How long to wait for that. [default: 180]", least: 1);

    private static readonly Option<string> Peer = new("--peer") { Description = "The id of the peer.", HelpName = "id" };

    private static readonly Option<string> Namespace = new("--namespace") { Description = "The namespace.", HelpName = "name" };

    /// <summary>The commands.</summary>
    public static IEnumerable<Command> Create()
    {
        Command drain = AdminCommand.WithServer(new Command(
            "drain", "Take the server out of service: it hands its shards over, then ends the connections of its peers.")
        {
            TokenFile, Wait, WaitSeconds,
        });
        drain.SetAction(DrainAsync);
        Command undrain = AdminCommand.WithServer(new Command("undrain", "Put the server back into service.") { TokenFile });
        undrain.SetAction(async (result, cancellationToken) =>
        {
            using AdminClient client = AdminCommand.ClientOf(result);
            Tell(result, await client.PostAsync("undrain", TokenOf(result), cancellationToken));
            return ExitCodes.Success;
        });
        Command leave = AdminCommand.WithServer(
            new Command("leave", "Stop the server in order: it leaves the cluster, and its process ends.") { TokenFile });
        leave.SetAction(async (result, cancellationToken) =>
        {
            using AdminClient client = AdminCommand.ClientOf(result);
            await client.PostAsync("leave", TokenOf(result), cancellationToken);
            AdminCommand.ReportOf(result).Say(new { @event = "leaving" }, "The server stops.");
            return ExitCodes.Success;
        });
        Command evict = AdminCommand.WithServer(new Command(
            "evict", "End all registrations of a peer, and its connections; or all registrations of a namespace. They may come back.")
        {
            TokenFile, Peer, Namespace,
        });
        evict.SetAction(EvictAsync);
        return [drain, undrain, leave, evict];
    }

    private static async Task<int> EvictAsync(ParseResult result, CancellationToken cancellationToken)
    {
        (string? peer, string? name) = (result.GetValue(Peer), result.GetValue(Namespace));
        string path = (peer, name) switch
        {
            ({ } id, null) => $"evict?peer={Uri.EscapeDataString(id)}",
            (null, { } ns) => $"evict?namespace={Uri.EscapeDataString(ns)}",
            _ => throw new UsageException("Name --peer or --namespace, one of the two."),
        };
        using AdminClient client = AdminCommand.ClientOf(result);
        JsonElement answer = await client.PostAsync(path, TokenOf(result), cancellationToken);
        Report report = AdminCommand.ReportOf(result);
        bool isComplete = answer.GetProperty("isComplete").GetBoolean();
        if (report.IsJson)
        {
            report.Line(answer);
        }
        else
        {
            string taken = name is null ? "its registrations were taken" : $"{answer.GetProperty("removed")} registrations were taken";
            report.Sentence(isComplete ? $"Done: {taken}." : $"Not all: {taken}, and some may be left; try again.");
        }

        return isComplete ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<int> DrainAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using AdminClient client = AdminCommand.ClientOf(result);
        JsonElement status = await client.PostAsync("drain", TokenOf(result), cancellationToken);
        if (!result.GetValue(Wait))
        {
            Tell(result, status);
            return ExitCodes.Success;
        }

        var limit = TimeSpan.FromSeconds(result.GetValue(WaitSeconds) ?? 180);
        long start = TimeProvider.System.GetTimestamp();
        while (StateOf(status) is "handing-over" or "closing" && TimeProvider.System.GetElapsedTime(start) < limit)
        {
            await Task.Delay(LookInterval, TimeProvider.System, cancellationToken);
            JsonElement answer = await client.GetAsync("status", cancellationToken);
            status = answer.GetProperty("nodes")[0].GetProperty("answer").GetProperty("drain");
        }

        Tell(result, status);
        return StateOf(status) == "drained" && status.GetProperty("requestsCut").GetInt32() == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static string StateOf(JsonElement status) => status.GetProperty("state").GetString() ?? "";

    private static void Tell(ParseResult result, JsonElement status)
    {
        Report report = AdminCommand.ReportOf(result);
        if (report.IsJson)
        {
            report.Line(status);
            return;
        }

        string trouble = status.TryGetProperty("trouble", out JsonElement reason) ? $": {reason}" : "";
        report.Sentence(string.Create(
            CultureInfo.InvariantCulture,
            $"{StateOf(status)}{trouble}, {status.GetProperty("shardsLeft")} shards and "
            + $"{status.GetProperty("connectionsLeft")} connections left, "
            + $"{status.GetProperty("requestsCut")} requests cut, after {status.GetProperty("seconds")} s"));
    }

    private static string TokenOf(ParseResult result)
    {
        string? named = result.GetValue(TokenFile) ?? Environment.GetEnvironmentVariable(TokenVariable);
        string file = string.IsNullOrEmpty(named) ? UsualTokenFile : named;
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The token file cannot be read: {exception.Message}", exception);
        }
    }
}
