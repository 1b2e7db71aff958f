namespace RendezvousCluster.Chaos.Cluster;

/// <summary>How far the journals of namespaces were kept short.</summary>
/// <param name="Journals">Namespaces that have rows.</param>
/// <param name="WithSnapshot">Those of which there is a snapshot.</param>
/// <param name="Shortened">Those whose first events are deleted.</param>
internal sealed record UpkeepCount(int Journals, int WithSnapshot, int Shortened)
{
    public override string ToString() => $"{Journals} journals, {WithSnapshot} with snapshots, {Shortened} with their first events deleted";
}
