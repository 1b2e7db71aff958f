using System.Diagnostics;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Registry.Tracing;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// One write as a part of the trace of each command in it. A write serves many commands, each with a trace of its own, and which they are
/// is known when they are answered; so each gets its <c>commit</c> then, with the times of the write.
/// </summary>
/// <remarks>
/// After a commit the owner answers the commands of that write before anybody else, one for each event but the one that opens the journal.
/// A command answered after them waited for no write, or waits for the next one.
/// </remarks>
/// <param name="entityId">The entity that writes.</param>
/// <param name="wall">Where times are taken: a trace is read beside those of other programs.</param>
internal sealed class CommitTrace(string entityId, TimeProvider wall)
{
    private DateTimeOffset _startedAt;
    private long _startedTimestamp;
    private DateTimeOffset _endedAt;
    private int _events;
    private int _commandsInFlight;
    private int _answersDue;

    /// <summary>A write goes to the journal.</summary>
    public void WriteBegins(IReadOnlyList<NamespaceEvent> events)
    {
        _answersDue = 0;
        _commandsInFlight = 0;
        if (RegistryTracing.Source.HasListeners())
        {
            _events = events.Count;
            _commandsInFlight = events[0] is Opened ? events.Count - 1 : events.Count;
            _startedAt = wall.GetUtcNow();
            _startedTimestamp = wall.GetTimestamp();
        }
    }

    /// <summary>It is in the journal, and its commands are about to be answered.</summary>
    public void Committed()
    {
        _answersDue = _commandsInFlight;
        _endedAt = _startedAt + wall.GetElapsedTime(_startedTimestamp);
    }

    /// <summary>A command is answered.</summary>
    public void Answered(in EntityCaller caller)
    {
        if (_answersDue == 0)
        {
            return;
        }

        _answersDue--;
        if (caller.TraceParent is not null
            && ActivityContext.TryParse(caller.TraceParent, traceState: null, isRemote: true, out ActivityContext parent))
        {
            using Activity? commit = RegistryTracing.Source.StartActivity(
                RegistryTracing.CommitName, ActivityKind.Internal, parent, tags: null, links: null, _startedAt);
            commit?.SetTag(RegistryTracing.EntityTag, entityId);
            commit?.SetTag(RegistryTracing.EventsTag, _events);
            commit?.SetEndTime(_endedAt.UtcDateTime);
        }
    }
}
