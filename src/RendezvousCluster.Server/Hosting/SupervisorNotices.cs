using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// Reports to the supervisor that started this process, systemd or another one with its protocol (sd_notify), that the point serves, that
/// it stops, and, if the supervisor watches it, that it runs.
/// </summary>
/// <remarks>
/// READY goes out when all services have started, so that a unit that is ordered behind this one finds peers served. The beat comes from a
/// timer and a thread of the pool, which every request needs; a process in which these stand still is replaced. A database or another node
/// that does not answer leaves the beat as it is: readiness reports that. The beat goes on until all other services have stopped, since a
/// stop may take longer than the supervisor waits for a beat.
/// </remarks>
/// <param name="supervisor">Where notices go.</param>
/// <param name="watchdog">A beat has to come within this; null when nobody waits for one.</param>
/// <param name="lifetime">Of the host.</param>
/// <param name="timeProvider">For the beat.</param>
internal sealed class SupervisorNotices(
    ISystemdNotifier supervisor, TimeSpan? watchdog, IHostApplicationLifetime lifetime, TimeProvider timeProvider)
    : IHostedService, IDisposable
{
    /// <summary>Beats in the time in which one has to come: two may be late.</summary>
    internal const int BeatsInTime = 3;

    /// <summary>What the supervisor takes for a beat.</summary>
    internal static readonly ServiceState Beat = new("WATCHDOG=1");

    private CancellationTokenRegistration _started;
    private CancellationTokenRegistration _stopping;
    private ITimer? _timer;

    /// <summary>The time that the supervisor waits for a beat of this process; null when it does not watch it.</summary>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <param name="processId">Of this process: the variables may be those of a parent.</param>
    public static TimeSpan? WatchdogOf(Func<string, string?> variable, int processId)
    {
        bool isOurs = variable("WATCHDOG_PID") is not { } id || id == processId.ToString(CultureInfo.InvariantCulture);
        return isOurs && long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!supervisor.IsEnabled)
        {
            return Task.CompletedTask;
        }

        _started = lifetime.ApplicationStarted.Register(() => supervisor.Notify(ServiceState.Ready));
        _stopping = lifetime.ApplicationStopping.Register(() => supervisor.Notify(ServiceState.Stopping));
        if (watchdog is { } limit)
        {
            _timer = timeProvider.CreateTimer(_ => supervisor.Notify(Beat), null, TimeSpan.Zero, limit / BeatsInTime);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _started.Dispose();
        _stopping.Dispose();
        _timer?.Dispose();
    }
}
