using System.Diagnostics;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Tracing;
using RendezvousCluster.Testing.Registry;
using RendezvousCluster.Testing.Traces;

namespace RendezvousCluster.Registry.Tests.Entities;

public sealed class CommitTraceTests : IDisposable
{
    private static readonly NamespaceEvent Opened = new Opened(Guid.NewGuid(), RendezvousNamespace.Parse("chat"), Fresh: false);
    private static readonly NamespaceEvent Written = new Unregistered(TestPeers.Id(1), 1, 0);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestTrace _traces = new();
    private readonly CommitTrace _trace;

    public CommitTraceTests() => _trace = new CommitTrace("ns1-a", _time);

    public void Dispose() => _traces.Dispose();

    [Fact]
    public void Each_command_of_a_write_gets_the_write_into_its_own_trace()
    {
        using Activity one = _traces.Begin();
        using Activity other = _traces.Begin();
        Activity.Current = null; // the entity runs elsewhere

        _trace.WriteBegins([Opened, Written, Written]);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        _trace.Committed();
        _trace.Answered(Caller(one));
        _trace.Answered(Caller(other));

        foreach (Activity asked in (Activity[])[one, other])
        {
            Activity commit = Assert.Single(_traces.Of(asked.TraceId), activity => activity.ParentSpanId == asked.SpanId);
            Assert.Equal(RegistryTracing.CommitName, commit.OperationName);
            Assert.Equal("ns1-a", commit.GetTagItem(RegistryTracing.EntityTag));
            Assert.Equal(3, commit.GetTagItem(RegistryTracing.EventsTag));
            Assert.Equal(TimeSpan.FromMilliseconds(20), commit.Duration);
            Assert.Equal(new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc), commit.StartTimeUtc);
        }
    }

    [Fact]
    public void A_caller_answered_during_a_write_or_behind_it_waited_for_none()
    {
        using Activity asked = _traces.Begin();
        Activity.Current = null;

        _trace.Answered(Caller(asked));
        _trace.WriteBegins([Opened, Written]);
        _trace.Answered(Caller(asked));
        _trace.Committed();
        _trace.Answered(new EntityCaller(ActorRefs.Nobody, null));
        _trace.Answered(Caller(asked));

        Assert.Empty(_traces.Of(asked.TraceId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public void A_trace_that_cannot_be_read_is_none(string traceParent)
    {
        _trace.WriteBegins([Written]);
        _trace.Committed();
        _trace.Answered(new EntityCaller(ActorRefs.Nobody, traceParent));

        Assert.DoesNotContain(_traces.Ended, activity => "ns1-a".Equals(activity.GetTagItem(RegistryTracing.EntityTag)));
    }

    private static EntityCaller Caller(Activity asked) => new(ActorRefs.Nobody, asked.Id);
}
