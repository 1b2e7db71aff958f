using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Server.FrontEnd;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class RequestDeadlineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Fires_at_its_time_and_not_before()
    {
        using var deadline = new RequestDeadline(_time, CancellationToken.None);
        CancellationToken token = deadline.Start(5 * Second);
        _time.Advance((5 * Second) - TimeSpan.FromTicks(1));
        Assert.False(token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public void Step_that_ended_in_time_leaves_the_token_alive_for_the_next()
    {
        using var deadline = new RequestDeadline(_time, CancellationToken.None);
        CancellationToken first = deadline.Start(5 * Second);
        _time.Advance(4 * Second);
        deadline.Stop();
        _time.Advance(100 * Second);
        CancellationToken second = deadline.Start(5 * Second);
        Assert.Equal(first, second);
        _time.Advance(4 * Second);
        CancellationToken third = deadline.Start(5 * Second);
        _time.Advance(4 * Second);
        Assert.False(third.IsCancellationRequested);
        _time.Advance(1 * Second);
        Assert.True(third.IsCancellationRequested);
    }

    [Fact]
    public void After_it_fired_the_next_step_has_its_full_time()
    {
        using var deadline = new RequestDeadline(_time, CancellationToken.None);
        CancellationToken first = deadline.Start(5 * Second);
        _time.Advance(5 * Second);
        CancellationToken second = deadline.Start(5 * Second);
        Assert.True(first.IsCancellationRequested);
        Assert.False(second.IsCancellationRequested);
        _time.Advance(5 * Second);
        Assert.True(second.IsCancellationRequested);
    }

    [Fact]
    public async Task The_end_of_the_stream_ends_every_step()
    {
        using var stream = new CancellationTokenSource();
        using var deadline = new RequestDeadline(_time, stream.Token);
        deadline.Start(5 * Second);
        _time.Advance(5 * Second);
        CancellationToken token = deadline.Start(5 * Second);
        await stream.CancelAsync();
        Assert.True(token.IsCancellationRequested);
        Assert.True(deadline.Start(5 * Second).IsCancellationRequested);
    }
}
