using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Server.Hosting;

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

    /// <summary>Writes in one line why the command ends.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> FailAsync(string reason, int exitCode = Failure)
    {
        await Console.Error.WriteLineAsync(
            $"rendezvous-server: {VisibleText.Of(reason.ReplaceLineEndings(" "), VisibleConsole.MaxMessageLength)}");
        return exitCode;
    }
}
