using System.Runtime.InteropServices;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// Signals that would end the process and are not meant to. SIGHUP, from a terminal that closes, or from an operator who takes it for a
/// request to read settings again, unless there is something that is read again (<see cref="OnHangup"/>); SIGUSR1 and SIGUSR2, which
/// other servers turn their logs with; and SIGXFSZ, with which the system tells of a file that grew to its limit (<c>ulimit -f</c>): the
/// write fails as on a full disk, and that is enough. SIGPIPE the runtime passes over itself. Each gets a line in the log.
/// </summary>
internal sealed partial class IgnoredSignals : IDisposable
{
    // The numbers of Linux; elsewhere they are others, and only what the runtime has names for is handled.
    private const int Sigusr1 = 10;
    private const int Sigusr2 = 12;
    private const int Sigxfsz = 25;

    private readonly PosixSignalRegistration[] _registrations;
    private volatile ILogger? _logger;
    private volatile Action? _hangup;

    public IgnoredSignals()
    {
        (PosixSignal Signal, string Name)[] signals = OperatingSystem.IsLinux()
            ? [(PosixSignal.SIGHUP, "SIGHUP"), ((PosixSignal)Sigusr1, "SIGUSR1"),
                ((PosixSignal)Sigusr2, "SIGUSR2"), ((PosixSignal)Sigxfsz, "SIGXFSZ")]
            : [(PosixSignal.SIGHUP, "SIGHUP")];
        _registrations =
            [.. signals.Select(signal => PosixSignalRegistration.Create(signal.Signal, context => Ignore(context, signal.Name)))];
    }

    /// <summary>The log that each signal is written to from now on.</summary>
    public void TellTo(ILogger logger) => _logger = logger;

    /// <summary>What SIGHUP does from now on, in place of being passed over. It must not throw.</summary>
    public void OnHangup(Action hangup) => _hangup = hangup;

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private void Ignore(PosixSignalContext context, string name)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGHUP && _hangup is { } hangup)
        {
            hangup();
        }
        else if (_logger is { } logger)
        {
            LogIgnored(logger, name);
        }
    }

    [LoggerMessage(3110, LogLevel.Warning, "{Signal} is passed over: settings are read at the start only, and SIGTERM stops this server")]
    private static partial void LogIgnored(ILogger logger, string signal);
}
