namespace RendezvousCluster.Interop.Transport;

/// <summary>One connected pair for each stack, made when a test first wants it: starting Node.js costs more than a test does.</summary>
public sealed class ConnectedPairs : IAsyncLifetime
{
    private readonly Dictionary<Stack, Task<ConnectedPair>> _pairs = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (Task<ConnectedPair> pair in _pairs.Values.Where(pair => pair.IsCompletedSuccessfully))
        {
            await (await pair).DisposeAsync();
        }
    }

    // The tests of one class run one after the other.
    internal Task<ConnectedPair> GetAsync(Stack stack)
    {
        if (!_pairs.TryGetValue(stack, out Task<ConnectedPair>? pair) || !pair.IsCompletedSuccessfully)
        {
            pair = ConnectedPair.ConnectAsync(stack);
            _pairs[stack] = pair;
        }

        return pair;
    }
}
