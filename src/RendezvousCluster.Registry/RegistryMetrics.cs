using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Metrics;

namespace RendezvousCluster.Registry;

/// <summary>What the registry counts.</summary>
internal static class RegistryMetrics
{
    internal const string MeterName = "RendezvousCluster.Registry";
    internal const string LedgerUnansweredName = "rendezvous.registry.ledger.unanswered";
    internal const string RefusalsName = "rendezvous.registry.refusals";
    internal const string RetriesName = "rendezvous.registry.ask.retries";

    private static readonly Meter Meter = new(MeterName);

    private static readonly SeriesCounter Unanswered = new(
        Meter, LedgerUnansweredName, "{request}", "REGISTERs that went on without an answer of the ledger, and so without a quota.");

    private static readonly SeriesCounter Refusals = new(
        Meter,
        RefusalsName,
        "{request}",
        "New registrations that a limit refused, by the limit: peer, namespace, subnet, bytes or total.",
        new SeriesLabel("limit", "peer", "namespace", "subnet", "bytes", "total"));

    private static readonly SeriesCounter Retries = new(
        Meter, RetriesName, "{try}", "Questions to an entity that were asked again, by reason.",
        new SeriesLabel("reason", "told_to", "no_answer"));

    /// <summary>Makes the instruments, so that their series are there before the first event.</summary>
    internal static void Begin() => RuntimeHelpers.RunClassConstructor(typeof(RegistryMetrics).TypeHandle);

    /// <summary>Counts a question that is asked again.</summary>
    /// <param name="wasToldTo">The entity said so; if not, no answer came in time.</param>
    internal static void Retried(bool wasToldTo) => Retries.Add(1, wasToldTo ? "told_to" : "no_answer");

    internal static void LedgerUnanswered() => Unanswered.Add(1);

    /// <summary>Counts a reply that a limit gave.</summary>
    internal static void Replied(RegisterReply reply, Reservation? reservation)
    {
        if (reply.IsAbsent)
        {
            Refusals.Add(1, reservation switch
            {
                Reservation.OverQuota => "peer",
                Reservation.OverShare => "subnet",
                Reservation.OverBytes => "bytes",
                Reservation.Full => "total",
                _ => "namespace",
            });
        }
    }
}
