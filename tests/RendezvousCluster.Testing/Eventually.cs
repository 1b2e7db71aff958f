using System.Runtime.CompilerServices;
using Xunit;

namespace RendezvousCluster.Testing;

/// <summary>For what comes true in another process or cluster and announces itself to nobody: asks until it is so.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is the expected one; fails with the last answer after the limit.</summary>
    public static async Task EqualAsync<T>(
        T expected, Func<Task<T>> ask, TimeSpan? timeout = null, [CallerArgumentExpression(nameof(ask))] string asked = "")
    {
        using var limit = new CancellationTokenSource(timeout ?? TestTimeouts.Default);
        using var timer = new PeriodicTimer(Interval);
        T last;
        do
        {
            last = await ask();
            if (EqualityComparer<T>.Default.Equals(expected, last))
            {
                return;
            }
        }
        while (!limit.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));

        Assert.Fail($"After {(timeout ?? TestTimeouts.Default).TotalSeconds} s still {last} instead of {expected}: {asked}");
    }

    /// <summary>Looks until the value is the expected one.</summary>
    public static Task EqualAsync<T>(
        T expected, Func<T> look, TimeSpan? timeout = null, [CallerArgumentExpression(nameof(look))] string asked = "") =>
        EqualAsync(expected, () => Task.FromResult(look()), timeout, asked);
}
