using System.Diagnostics;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Benchmarks.Comparison;

/// <summary>A point that is measured beside others. It runs already, or was started for this.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="address">Where it answers, with its peer id.</param>
/// <param name="processId">Its process on this machine; null when its processor time and memory cannot be seen.</param>
/// <param name="end">Ends what was started for this.</param>
internal sealed class ComparedPoint(string name, Multiaddr address, int? processId, Func<ValueTask> end) : IAsyncDisposable
{
    private readonly Process? _process = processId is { } id ? Process.GetProcessById(id) : null;

    public string Name => name;

    public Multiaddr Address => address;

    /// <summary>What it has taken of the processors so far; null when that cannot be seen.</summary>
    public TimeSpan? CpuTime
    {
        get
        {
            _process?.Refresh();
            return _process?.TotalProcessorTime;
        }
    }

    /// <summary>The memory that it takes now; null when that cannot be seen.</summary>
    public long? ResidentBytes
    {
        get
        {
            _process?.Refresh();
            return _process?.WorkingSet64;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process?.Dispose();
        await end();
    }
}
