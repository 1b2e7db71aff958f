using System.Runtime.InteropServices;

namespace RendezvousCluster.Testing.Processes;

/// <summary>Signals to processes that a test started, by their ids.</summary>
internal static class ProcessSignals
{
    private const int Sigint = 2;
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private const int NoSuchProcess = 3;

    /// <summary>SIGINT: what Ctrl-C does.</summary>
    public static void Interrupt(int processId) => Send(processId, Sigint);

    /// <summary>SIGTERM: asks it to end.</summary>
    public static void Terminate(int processId) => Send(processId, Sigterm);

    /// <summary>SIGSTOP: it stands still, as in a long pause of its machine.</summary>
    public static void Pause(int processId) => Send(processId, Sigstop);

    /// <summary>SIGCONT: it goes on.</summary>
    public static void Continue(int processId) => Send(processId, Sigcont);

    /// <summary>The processes that a process has started and that live.</summary>
    public static IReadOnlyList<int> ChildrenOf(int processId) =>
    [
        .. Directory.GetDirectories($"/proc/{processId}/task")
            .SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(int.Parse),
    ];

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);

    /// <summary>Any signal, by its number. A process that has just ended needs none.</summary>
    public static void Send(int processId, int signal)
    {
        if (SendSignal(processId, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new InvalidOperationException($"Signal {signal} to {processId} failed with errno {error}.");
        }
    }
}
