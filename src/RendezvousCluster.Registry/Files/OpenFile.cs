namespace RendezvousCluster.Registry.Files;

/// <summary>
/// A file that this process has open, and what has become of it at its path. A process that has a file open writes to it also when it is
/// deleted or another one is in its place, and nothing that it writes is ever seen again.
/// </summary>
internal sealed class OpenFile(string path)
{
    private readonly Lock _lock = new();
    private FileLook? _opened;
    private long _longestBytes;

    /// <summary>Takes what is at the path now for what is open.</summary>
    public void Opened()
    {
        lock (_lock)
        {
            _opened = FileLook.At(path);
            _longestBytes = _opened?.LengthBytes ?? 0;
        }
    }

    /// <summary>What has happened to it, in one sentence; null when nothing has, or it was not there when it was opened.</summary>
    /// <param name="hasShrunk">Whether it is shorter than it was: the caller knows whether it may be.</param>
    public string? Look(out bool hasShrunk)
    {
        lock (_lock)
        {
            hasShrunk = false;
            if (_opened is not { } opened)
            {
                return null;
            }

            if (FileLook.At(path) is not { } found)
            {
                return $"The file '{path}' is gone: it was deleted or moved away while this server had it open.";
            }

            if (!found.IsSameFile(opened))
            {
                return $"The file '{path}' is another one than this server has open: it was replaced.";
            }

            hasShrunk = found.LengthBytes < _longestBytes;
            _longestBytes = Math.Max(_longestBytes, found.LengthBytes);
            return null;
        }
    }

    /// <summary>It may be as short as it is.</summary>
    public void MayBeShorter()
    {
        lock (_lock)
        {
            _longestBytes = FileLook.At(path)?.LengthBytes ?? 0;
        }
    }
}
