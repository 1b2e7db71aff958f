using System.Diagnostics;

namespace RendezvousCluster.Chaos.History;

/// <summary>Collects the history of a run from all who take part in it, and is their clock. Safe for use from several threads.</summary>
internal sealed class HistoryRecorder
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<RegistryWrite> _writes = [];
    private readonly List<RegistryRead> _reads = [];
    private readonly List<FaultEvent> _faults = [];

    /// <summary>Milliseconds since the run began.</summary>
    public long Now => _clock.ElapsedMilliseconds;

    public void Add(RegistryWrite write)
    {
        lock (_lock)
        {
            _writes.Add(write);
        }
    }

    public void Add(RegistryRead read)
    {
        lock (_lock)
        {
            _reads.Add(read);
        }
    }

    public void Add(FaultEvent fault)
    {
        lock (_lock)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>What has happened so far.</summary>
    public RunHistory ToHistory(int seed, int nodes, int namespaces, long quietFrom, int quota = 0)
    {
        lock (_lock)
        {
            return new RunHistory(seed, nodes, namespaces, quietFrom, [.. _writes], [.. _reads], [.. _faults], quota);
        }
    }
}
