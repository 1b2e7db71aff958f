using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// The sequence numbers of a host's records. Of two records a peer keeps the one with the higher number, so no number may be lower than one
/// before it. It is the time, which also grows over restarts, unless the clock is behind then: so the last one stands in a file.
/// </summary>
/// <remarks>
/// The file is written before the record is shown, and takes the place of the one before it in one step. One that cannot be read or written
/// stops no host: it says so, and goes by the clock.
/// </remarks>
/// <param name="path">The file; null keeps nothing.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it says what is wrong with the file.</param>
internal sealed partial class RecordSequence(string? path, TimeProvider time, ILogger logger)
{
    /// <summary>Milliseconds until the year 10 000: a larger number comes from no clock, but from a file that is damaged.</summary>
    internal static readonly ulong Largest = (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    // The digits of the largest and a line end, several times over.
    private const int MaxFileBytes = 64;

    private ulong? _last;

    /// <summary>The number of a record that is made now.</summary>
    public ulong Next()
    {
        ulong last = _last ?? Read();
        _last = Math.Max((ulong)Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds()), last + 1);
        Write(_last.Value);
        return _last.Value;
    }

    private ulong Read()
    {
        if (path is null || !File.Exists(path))
        {
            return 0;
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] content = new byte[MaxFileBytes];
            int length = file.ReadAtLeast(content, MaxFileBytes, throwOnEndOfStream: false);
            if (ulong.TryParse(content.AsSpan(0, length).TrimEnd("\r\n"u8), NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
                && last <= Largest)
            {
                return last;
            }

            LogUnreadable(logger, path, "it holds no sequence number");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(logger, path, exception.Message);
        }

        return 0;
    }

    private void Write(ulong number)
    {
        if (path is null)
        {
            return;
        }

        string temporaryPath = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(temporaryPath, options))
            {
                file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n")));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporaryPath, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, path, exception.Message);
            RemoveHalf(temporaryPath);
        }
    }

    private void RemoveHalf(string temporaryPath)
    {
        try
        {
            if (File.Exists(temporaryPath))
            {
                File.Delete(temporaryPath);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, temporaryPath, exception.Message);
        }
    }

    [LoggerMessage(
        1021,
        LogLevel.Warning,
        "The file {Path}, which holds the sequence number of this host's last record, cannot be read: {Reason}. The next number is the "
        + "time. If the clock is behind, peers keep the record that they have until it has caught up")]
    private static partial void LogUnreadable(ILogger logger, VisibleText path, VisibleText reason);

    [LoggerMessage(
        1022,
        LogLevel.Information,
        "The sequence number of this host's record cannot be kept in {Path}: {Reason}. After a restart with a clock that is behind, peers "
        + "keep the record that they have until it has caught up")]
    private static partial void LogNotKept(ILogger logger, VisibleText path, VisibleText reason);
}
