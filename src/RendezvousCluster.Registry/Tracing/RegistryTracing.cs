using System.Diagnostics;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Tracing;

/// <summary>
/// The registry's part of a trace: what a front end asks of an entity (<c>ask</c>), and the write that an answer waited for (<c>commit</c>,
/// see <see cref="Entities.CommitTrace"/>). A trace begins with a request at a stream, so what the registry asks on its own
/// account leaves none. While nobody listens nothing is made, and nothing travels between nodes.
/// </summary>
internal static class RegistryTracing
{
    /// <summary>The name of the source.</summary>
    internal const string SourceName = "RendezvousCluster.Registry";

    internal const string AskName = "ask";
    internal const string CommitName = "commit";
    internal const string EntityTag = "rendezvous.entity";
    internal const string TriesTag = "rendezvous.tries";
    internal const string EventsTag = "rendezvous.events";

    internal static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins to ask; null when nobody listens, or no request is being traced.</summary>
    /// <param name="question">What is asked; a command to a namespace takes the trace with it.</param>
    internal static Activity? BeginAsk(ref object question)
    {
        if (!Source.HasListeners() || Activity.Current is null || Source.StartActivity(AskName, ActivityKind.Client) is not { } activity)
        {
            return null;
        }

        if (question is NamespaceCommand command)
        {
            activity.SetTag(EntityTag, command.EntityId);
            question = command with { TraceParent = activity.Id };
        }
        else
        {
            activity.SetTag(EntityTag, question is LedgerMessage ? "ledger" : "directory");
        }

        return activity;
    }

    /// <summary>An ask is over.</summary>
    /// <param name="activity">What began.</param>
    /// <param name="tries">How often it was asked.</param>
    /// <param name="isAnswered">Whether an answer came.</param>
    internal static void EndAsk(Activity? activity, int tries, bool isAnswered)
    {
        activity?.SetTag(TriesTag, tries);
        activity?.SetStatus(isAnswered ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }
}
