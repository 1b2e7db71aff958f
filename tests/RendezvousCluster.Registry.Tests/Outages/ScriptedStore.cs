using System.Threading.Channels;
using Akka.Configuration;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Outages;

/// <summary>A store that takes writes when the test says so. Each look at it waits for its answer.</summary>
internal sealed class ScriptedStore : IRegistryStore
{
    private readonly Channel<Func<bool>> _answers = Channel.CreateBounded<Func<bool>>(100);
    private int _looks;

    public int Looks => Volatile.Read(ref _looks);

    public bool IsShared => true;

    public string Identity => "scripted";

    public string? Place => null;

    public Config Configuration => Config.Empty;

    /// <summary>Answers one look.</summary>
    public void Answer(bool takesWrites) => Assert.True(_answers.Writer.TryWrite(() => takesWrites));

    /// <summary>One look goes wrong.</summary>
    public void Fail(Exception exception) => Assert.True(_answers.Writer.TryWrite(() => throw exception));

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IDatabaseServer? Server => null;

    public Task<bool> AnswersAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public async Task<bool> TakesWritesAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        return (await _answers.Reader.ReadAsync(cancellationToken))();
    }

    public void Dispose()
    {
    }
}
