using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>Virtual time that tells when somebody sets a timer, so that a test advances it only after the code under test is
/// waiting.</summary>
internal sealed class TimerProbe : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _created = Channel.CreateBounded<TimeSpan>(1_000);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        _created.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a timer of this length was created.</summary>
    public async Task TimerCreatedAsync(TimeSpan dueTime)
    {
        while (await _created.Reader.ReadAsync().Within() != dueTime)
        {
        }
    }
}
