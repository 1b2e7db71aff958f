using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Janitors;

internal sealed partial class Janitor
{
    // A batch may hold a hundred.
    private const int MaxNamed = 5;

    private void LogOld(Batch batch) =>
        LogOld(_settings.Logger, batch.ToWake.Count, batch.Cutoff, string.Join(", ", batch.ToWake.Take(MaxNamed)), batch.Dropped);

    [LoggerMessage(
        2092, LogLevel.Information,
        "The janitor asked {Woken} entities to clear up, as nothing in their journals is younger than {Cutoff:u} ({Journals}), and deleted "
        + "the last row of {Dropped} journals")]
    private static partial void LogOld(ILogger logger, int woken, DateTimeOffset cutoff, string journals, int dropped);

    [LoggerMessage(
        2090, LogLevel.Debug, "The janitor has been through the journals: it asked {Woken} entities to clear up and dropped {Dropped}")]
    private static partial void LogPass(ILogger logger, int woken, int dropped);

    [LoggerMessage(2091, LogLevel.Warning, "The janitor could not look through the journals; it tries again with its next round")]
    private static partial void LogFailed(ILogger logger, Exception cause);
}
