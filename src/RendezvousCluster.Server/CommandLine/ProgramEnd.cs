using System.Globalization;
using System.Text.Json.Nodes;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>
/// How the program ends. Exit codes: 0 after a clean stop, 1 when it cannot start or run, 2 for a usage error, 3 when it lost its place in
/// the cluster and must be started again. One line on standard error says why.
/// </summary>
internal static class ProgramEnd
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;
    public const int OutOfCluster = 3;

    /// <summary>Writes in one line why the command ends, in the format of the log.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> FailAsync(string reason, int exitCode = Failure, LogFormat format = LogFormat.Text)
    {
        string text = VisibleText.Of(reason.ReplaceLineEndings(" "), VisibleConsole.MaxMessageLength);
        await Console.Error.WriteLineAsync(format == LogFormat.Json ? Json(text) : $"{ServiceIdentity.Name}: {text}");
        return exitCode;
    }

    // As the last line of the log, whose formatter has ended or never began.
    private static string Json(string text) => new JsonObject
    {
        ["Timestamp"] = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["LogLevel"] = nameof(LogLevel.Critical),
        ["Category"] = ServiceIdentity.Name,
        ["Message"] = text,
        ["State"] = new JsonObject { [ServiceIdentity.Attribute] = ServiceIdentity.InLogs },
    }.ToJsonString();
}
