using System.Runtime.CompilerServices;

namespace RendezvousCluster.Testing;

/// <summary>Every wait of a test ends: with what it waited for, or with a failure that names it.</summary>
public static class TestTimeouts
{
    /// <summary>Generous: it is reached only when something is broken, also on a loaded machine.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(60);

    public static async Task<T> Within<T>(
        this Task<T> task, TimeSpan? timeout = null, [CallerArgumentExpression(nameof(task))] string awaited = "")
    {
        await ((Task)task).Within(timeout, awaited);
        return await task;
    }

    public static async Task Within(this Task task, TimeSpan? timeout = null, [CallerArgumentExpression(nameof(task))] string awaited = "")
    {
        try
        {
            await task.WaitAsync(timeout ?? Default);
        }
        catch (TimeoutException exception) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Still waiting after {(timeout ?? Default).TotalSeconds} s for: {awaited}", exception);
        }
    }

    public static Task<T> Within<T>(
        this ValueTask<T> task, TimeSpan? timeout = null, [CallerArgumentExpression(nameof(task))] string awaited = "") =>
        task.AsTask().Within(timeout, awaited);

    public static Task Within(
        this ValueTask task, TimeSpan? timeout = null, [CallerArgumentExpression(nameof(task))] string awaited = "") =>
        task.AsTask().Within(timeout, awaited);
}
