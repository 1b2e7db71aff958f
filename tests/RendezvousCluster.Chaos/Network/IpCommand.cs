using System.ComponentModel;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Chaos.Network;

/// <summary>The program <c>ip</c>, of the Debian package iproute2.</summary>
internal static class IpCommand
{
    /// <summary>Runs it.</summary>
    /// <exception cref="NetworkException">It failed, or is not there.</exception>
    public static async Task RunAsync(params string[] arguments)
    {
        if (await TryAsync(arguments) is { } failure)
        {
            throw new NetworkException($"ip {string.Join(' ', arguments)} failed: {failure}");
        }
    }

    /// <summary>Runs it.</summary>
    /// <returns>What it said when it failed; null when it did not.</returns>
    /// <exception cref="NetworkException">It is not there.</exception>
    public static async Task<string?> TryAsync(params string[] arguments)
    {
        try
        {
            await using ChildProcess process = ChildProcess.Start("ip", "ip", arguments, "/");
            return await process.ExitAsync() == 0 ? null : process.Errors.ReplaceLineEndings(" ");
        }
        catch (Win32Exception exception)
        {
            throw new NetworkException($"ip cannot be run; the package iproute2 installs it: {exception.Message}", exception);
        }
    }
}
