namespace RendezvousCluster.Client.Tests.Scripted;

internal static class Enumerations
{
    /// <summary>Everything that comes, to the end.</summary>
    public static async Task<List<T>> AllAsync<T>(this IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (T item in items)
        {
            all.Add(item);
        }

        return all;
    }
}
