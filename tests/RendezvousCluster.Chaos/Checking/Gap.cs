using System.Globalization;
using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>A time in which a namespace did not answer one kind of request, from one success to the next.</summary>
/// <param name="Namespace">Which, by number.</param>
/// <param name="Registers">Whether REGISTERs were missing; else DISCOVERs.</param>
/// <param name="From">The last success before, in milliseconds since the run began.</param>
/// <param name="To">The next one.</param>
/// <param name="Cause">What most likely made it; null when nothing had happened yet.</param>
internal sealed record Gap(int Namespace, bool Registers, long From, long To, FaultKind? Cause)
{
    public long Length => To - From;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Length} ms (ns{Namespace}, {(Registers ? "REGISTER" : "DISCOVER")}, from {From})");
}
