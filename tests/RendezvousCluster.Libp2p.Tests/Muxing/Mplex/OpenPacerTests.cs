using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Muxing.Mplex;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Mplex;

/// <summary>Never more opens in a window than js-mplex bears.</summary>
public sealed class OpenPacerTests
{
    [Fact]
    public void The_first_few_go_at_once_and_the_next_after_the_window()
    {
        var time = new FakeTimeProvider();
        var pacer = new OpenPacer(time, opensPerWindow: 4);

        for (int open = 0; open < 4; open++)
        {
            Assert.Equal(TimeSpan.Zero, pacer.TryOpen());
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(OpenPacer.Window - TimeSpan.FromSeconds(1), pacer.TryOpen());
        time.Advance(OpenPacer.Window - TimeSpan.FromSeconds(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), pacer.TryOpen());
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.Zero, pacer.TryOpen());
    }

    [Fact]
    public void No_window_holds_more_than_the_limit()
    {
        var time = new FakeTimeProvider();
        long start = time.GetTimestamp();
        var pacer = new OpenPacer(time, opensPerWindow: 4);
        var moments = new List<TimeSpan>();
        for (int attempt = 0; attempt < 500; attempt++)
        {
            if (pacer.TryOpen() == TimeSpan.Zero)
            {
                moments.Add(time.GetElapsedTime(start));
            }

            time.Advance(TimeSpan.FromMilliseconds(attempt * 7 % 300));
        }

        Assert.True(moments.Count > 100);
        for (int open = 4; open < moments.Count; open++)
        {
            Assert.True(moments[open] - moments[open - 4] >= OpenPacer.Window, $"open {open}");
        }
    }

    [Fact]
    public void After_a_pause_the_burst_is_back()
    {
        var time = new FakeTimeProvider();
        var pacer = new OpenPacer(time, opensPerWindow: 2);
        Assert.Equal(TimeSpan.Zero, pacer.TryOpen());
        Assert.Equal(TimeSpan.Zero, pacer.TryOpen());

        time.Advance(OpenPacer.Window);

        Assert.Equal(TimeSpan.Zero, pacer.TryOpen());
        Assert.Equal(TimeSpan.Zero, pacer.TryOpen());
        Assert.Equal(OpenPacer.Window, pacer.TryOpen());
    }
}
