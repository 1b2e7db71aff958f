using System.Diagnostics.Metrics;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Quotas;

namespace RendezvousCluster.Registry;

/// <summary>What the registry counts.</summary>
internal static class RegistryMetrics
{
    internal const string MeterName = "RendezvousCluster.Registry";
    internal const string LedgerUnansweredName = "rendezvous.registry.ledger.unanswered";
    internal const string RefusalsName = "rendezvous.registry.refusals";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Unanswered = Meter.CreateCounter<long>(
        LedgerUnansweredName, "{request}", "REGISTERs that went on without an answer of the ledger, and so without a quota.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        RefusalsName, "{request}", "New registrations that a limit refused, by the limit: peer, namespace or total.");

    internal static void LedgerUnanswered() => Unanswered.Add(1);

    /// <summary>Counts a reply that a limit gave.</summary>
    internal static void Replied(RegisterReply reply, Admission admission)
    {
        if (reply.IsAbsent)
        {
            Refusals.Add(1, new KeyValuePair<string, object?>("limit", admission switch
            {
                Admission.QuotaReached => "peer",
                Admission.PointFull => "total",
                _ => "namespace",
            }));
        }
    }
}
