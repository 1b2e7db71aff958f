using RendezvousCluster.Registry.Links;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Links;

public sealed class OutboxTests : IDisposable
{
    private const int MaxBytes = 100;

    private readonly GatedStream _stream = new();
    private readonly TaskCompletionSource _failed = new();
    private readonly Outbox _outbox;

    public OutboxTests() => _outbox = new Outbox(_stream, MaxBytes, _failed.SetResult);

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task Frames_that_come_in_during_a_write_go_with_the_next_one()
    {
        Assert.True(_outbox.TryAdd([1]));
        await _stream.Begun.WaitAsync().Within();
        Assert.True(_outbox.TryAdd([2]));
        Assert.True(_outbox.TryAdd([3, 4]));
        _stream.Finish();
        await _stream.Begun.WaitAsync().Within();
        _stream.Finish();
        await _outbox.CloseAsync().Within();

        Assert.Equal([[1, 0, 0, 0, 1], [1, 0, 0, 0, 2, 2, 0, 0, 0, 3, 4]], _stream.Written);
    }

    [Fact]
    public async Task When_too_much_waits_nothing_more_is_taken_until_some_of_it_has_gone()
    {
        Assert.True(_outbox.TryAdd([1]));
        await _stream.Begun.WaitAsync().Within();
        Assert.True(_outbox.TryAdd(new byte[MaxBytes - 4]));
        Assert.False(_outbox.TryAdd([2]));
        _stream.Finish();
        await _stream.Begun.WaitAsync().Within();

        Assert.True(_outbox.TryAdd([3]));
    }

    [Fact]
    public async Task A_message_larger_than_the_bound_goes_alone()
    {
        Assert.True(_outbox.TryAdd(new byte[10 * MaxBytes]));
        await _stream.Begun.WaitAsync().Within();
        _stream.Finish();

        await _outbox.CloseAsync().Within();
        Assert.Equal(4 + (10 * MaxBytes), Assert.Single(_stream.Written).Length);
    }

    [Fact]
    public async Task A_closed_one_takes_nothing_and_has_written_all_that_it_had_taken()
    {
        Assert.True(_outbox.TryAdd([1]));
        await _stream.Begun.WaitAsync().Within();
        Assert.True(_outbox.TryAdd([2]));
        Task closing = _outbox.CloseAsync();
        Assert.False(_outbox.TryAdd([3]));
        Assert.False(closing.IsCompleted);
        _stream.Finish();
        await _stream.Begun.WaitAsync().Within();
        _stream.Finish();

        await closing.Within();
        Assert.Equal(2, _stream.Written.Count);
    }

    [Fact]
    public async Task A_write_that_fails_is_reported_and_so_is_its_end()
    {
        Assert.True(_outbox.TryAdd([1]));
        await _stream.Begun.WaitAsync().Within();
        _stream.Finish(new IOException("broken"));

        await _failed.Task.Within();
        Assert.False(_outbox.TryAdd([2]));
        await _outbox.CloseAsync().Within();
    }

    /// <summary>Each write waits until it is let through.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private TaskCompletionSource _gate = new();

        public SemaphoreSlim Begun { get; } = new(0);

        public List<byte[]> Written { get; } = [];

        public void Finish(Exception? failure = null)
        {
            TaskCompletionSource gate = Interlocked.Exchange(ref _gate, new TaskCompletionSource());
            if (failure is null)
            {
                gate.SetResult();
            }
            else
            {
                gate.SetException(failure);
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written.Add(buffer.ToArray());
            Task gate = _gate.Task;
            Begun.Release();
            await gate;
        }
    }
}
