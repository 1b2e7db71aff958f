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
    internal const string RetriesName = "rendezvous.registry.ask.retries";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Unanswered = Meter.CreateCounter<long>(
        LedgerUnansweredName, "{request}", "REGISTERs that went on without an answer of the ledger, and so without a quota.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        RefusalsName, "{request}", "New registrations that a limit refused, by the limit: peer, namespace or total.");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        RetriesName, "{try}", "Questions to an entity that were asked again, by reason.");

    /// <summary>Shows every series, to be called when those who listen are there; one that appears with its first failure is seen too late.</summary>
    internal static void BeginAtZero()
    {
        Unanswered.Add(0);
        foreach (string limit in (string[])["peer", "namespace", "total"])
        {
            Refusals.Add(0, new KeyValuePair<string, object?>("limit", limit));
        }

        CountRetry(0, wasToldTo: true);
        CountRetry(0, wasToldTo: false);
    }

    /// <summary>Counts a question that is asked again.</summary>
    /// <param name="wasToldTo">The entity said so; if not, no answer came in time.</param>
    internal static void Retried(bool wasToldTo) => CountRetry(1, wasToldTo);

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

    private static void CountRetry(int count, bool wasToldTo) =>
        Retries.Add(count, new KeyValuePair<string, object?>("reason", wasToldTo ? "told_to" : "no_answer"));
}
