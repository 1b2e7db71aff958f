using System.Text;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Protocol.Messages;
using Xunit.Abstractions;

namespace RendezvousCluster.Client.Tests.Registrations;

/// <summary>A thousand registrations through a week of virtual time, in which the point dies once a day and forgets them all.</summary>
[Collection(nameof(Alone))]
public sealed class WeekOfRegistrationsTests(ITestOutputHelper output)
{
    private const int Registrations = 1_000;

    private static readonly TimeSpan Ttl = TimeSpan.FromHours(6);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public async Task Nothing_is_missing_drifts_or_leaks()
    {
        Random random = SeededRandom.Create(out _);
        var time = new TimerCount();
        // A request that waits for its turn would wait for the clock, and the clock for it: so all may go at once.
        var fixture =
            new ClientFixture(configure: options => options.Limits.RequestsPerSecondPerPoint = 2 * Registrations, time: time, jitter: () =>
            {
                lock (random)
                {
                    return random.NextDouble();
                }
            });
        fixture.Point.KeepsRequests = false;
        var intervals = new Intervals(time);
        fixture.Point.Answer = intervals.Note;
        RegistrationHandle[] registrations =
            [.. Enumerable.Range(0, Registrations).Select(number => fixture.Client.StartRegistration($"ns-{number}", Ttl))];
        await UntilIdleAsync(fixture, registrations);
        int timers = time.Alive;
        Assert.Equal(Registrations, timers);

        long bytesAfterADay = 0;
        for (TimeSpan passed = Step; passed <= Week; passed += Step)
        {
            time.Advance(Step);
            await UntilIdleAsync(fixture, registrations);
            Assert.Equal(Registrations, fixture.Point.Store.Count);
            if (passed.Ticks % TimeSpan.TicksPerDay == 0)
            {
                bytesAfterADay = bytesAfterADay == 0 ? GC.GetTotalMemory(forceFullCollection: true) : bytesAfterADay;
                fixture.Point.Store.Clear();
                intervals.BeginAnew();
                await fixture.Point.CutAsync();
            }
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - bytesAfterADay;
        output.WriteLine(
            $"{intervals.Count} refreshes, {fixture.Point.Dials} dials, {grown / 1024} KiB more on the heap than after the first day");
        Assert.Equal(timers, time.Alive);
        Assert.Equal(Registrations, fixture.Node.Listeners);
        Assert.Equal(7, fixture.Point.Dials); // the seventh death is the end
        Assert.InRange(grown, long.MinValue, 4 * 1024 * 1024);
        Assert.InRange(intervals.Shortest, Ttl * 0.5 - Step, Ttl * 0.5 + Step);
        Assert.InRange(intervals.Longest, Ttl * 0.75 - Step, Ttl * 0.75 + Step);
        Assert.InRange(intervals.Mean, Ttl * 0.6, Ttl * 0.65);

        await fixture.DisposeAsync();
        Assert.Equal((0, 0, 0), (time.Alive, fixture.Node.Listeners, fixture.Point.Store.Count));
    }

    // Every attempt ends with an event, after which its registration waits for its timer again: then time may go on.
    private static async Task UntilIdleAsync(ClientFixture fixture, RegistrationHandle[] registrations)
    {
        foreach (RegistrationHandle registration in registrations)
        {
            while (!registration.IsIdle)
            {
                await fixture.NextEventAsync();
            }
        }
    }

    /// <summary>The times between the REGISTERs of each namespace.</summary>
    private sealed class Intervals(TimeProvider time)
    {
        private readonly Dictionary<string, DateTimeOffset> _last = [];
        private TimeSpan _sum;

        public int Count { get; private set; }

        public TimeSpan Shortest { get; private set; } = TimeSpan.MaxValue;

        public TimeSpan Longest { get; private set; }

        public TimeSpan Mean => _sum / Count;

        /// <summary>The next REGISTER of each comes early.</summary>
        public void BeginAnew() => _last.Clear();

        public RendezvousMessage? Note(RendezvousMessage request)
        {
            if (request is RegisterRequest register)
            {
                lock (_last)
                {
                    string ns = Encoding.UTF8.GetString(register.Namespace.Span);
                    DateTimeOffset now = time.GetUtcNow();
                    if (_last.TryGetValue(ns, out DateTimeOffset before))
                    {
                        TimeSpan interval = now - before;
                        Count++;
                        _sum += interval;
                        Shortest = interval < Shortest ? interval : Shortest;
                        Longest = interval > Longest ? interval : Longest;
                    }

                    _last[ns] = now;
                }
            }

            return null;
        }
    }
}
