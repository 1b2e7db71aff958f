using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Registrations;

namespace RendezvousCluster.Client.Tests.Scripted;

/// <summary>
/// A client over scripted points, on a clock that the test owns. Randomness is always one half, so that the test knows the waits.
/// </summary>
internal sealed class ClientFixture : IAsyncDisposable
{
    private readonly Channel<RegistrationEvent> _events = Channel.CreateBounded<RegistrationEvent>(100_000);

    /// <param name="points">How many good points there are.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="time">The clock, where a test needs a special one.</param>
    /// <param name="jitter">Random numbers; one half each when null.</param>
    public ClientFixture(
        int points = 1, Action<RendezvousClientOptions>? configure = null, FakeTimeProvider? time = null, Func<double>? jitter = null)
    {
        Time = time ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        Points = [.. Enumerable.Range(1, points).Select(number => new ScriptedPoint(Time, $"198.51.100.{number}"))];
        Options = new RendezvousClientOptions();
        foreach (ScriptedPoint point in Points)
        {
            Node.Add(point);
            Options.Points.Add(point.Address);
        }

        configure?.Invoke(Options);
        Client = new RendezvousClient(Node, Options, Time, jitter ?? (() => 0.5));
        Client.RegistrationChanged += (_, happened) => _events.Writer.TryWrite(happened);
        Context = new ClientContext(
            Node, Options, Time, jitter ?? (() => 0.5), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
    }

    public FakeTimeProvider Time { get; }

    public ScriptedNode Node { get; } = new();

    public ScriptedPoint[] Points { get; }

    public ScriptedPoint Point => Points[0];

    public RendezvousClientOptions Options { get; }

    public RendezvousClient Client { get; }

    /// <summary>For parts of the client that a test makes itself.</summary>
    public ClientContext Context { get; }

    /// <summary>The next event of any registration.</summary>
    public Task<RegistrationEvent> NextEventAsync() => _events.Reader.ReadAsync().AsTask().Within();

    /// <summary>The next event, which must be of that kind.</summary>
    public async Task<RegistrationEvent> NextEventAsync(RegistrationEventKind kind)
    {
        RegistrationEvent happened = await NextEventAsync();
        Assert.True(happened.Kind == kind, $"Expected {kind}, got {happened}");
        return happened;
    }

    /// <summary>Events that nobody has waited for.</summary>
    public bool HasEvents => _events.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
