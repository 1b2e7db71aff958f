using System.Diagnostics.Metrics;
using RendezvousCluster.Libp2p.Metrics;

namespace RendezvousCluster.Registry.Entities;

/// <summary>Counts the holes that this node has met in journals, of namespaces and of parts of the directory.</summary>
internal sealed class HoleMetrics
{
    internal const string HolesName = "rendezvous.registry.holes";

    private const string AtRecovery = "recovery";
    private const string AtWrite = "write";

    private readonly SeriesCounter _holes;

    public HoleMetrics(IMeterFactory meterFactory) => _holes = new SeriesCounter(
        meterFactory.Create(RegistryMetrics.MeterName),
        HolesName,
        "{hole}",
        "Journals whose database had lost events: met at recovery, when what they led to is lost, or at a write, by an owner that knew it.",
        new SeriesLabel("met", AtRecovery, AtWrite));

    /// <summary>An owner that had to read its state back.</summary>
    internal void MetAtRecovery() => _holes.Add(1, AtRecovery);

    /// <summary>An owner that had its state in memory, and writes it again.</summary>
    internal void MetAtWrite() => _holes.Add(1, AtWrite);
}
