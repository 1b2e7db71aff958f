using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RendezvousCluster.Cli.Admin;
using RendezvousCluster.Cli.Output;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// <c>admin drain</c> and <c>admin undrain</c>: take the server that is asked out of service, and put it back. They need its token.
/// </summary>
internal static class DrainCommands
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
        return [drain, undrain];
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
