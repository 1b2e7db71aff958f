using System.Collections.Concurrent;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class ByteBudgetTests : IDisposable
{
    private const long Bound = 1_000;

    private readonly ConcurrentQueue<string> _ended = new();
    private readonly SemaphoreSlim _anotherEnded = new(0);
    private readonly ByteBudget _budget = new(new Libp2pLimits { MaxHeldBytes = Bound });

    public void Dispose() => _anotherEnded.Dispose();

    [Fact]
    public async Task The_connection_that_holds_the_most_is_ended_first()
    {
        ByteAccount small = Open("small");
        ByteAccount big = Open("big");
        ByteAccount middle = Open("middle");
        small.Add(100);
        big.Add(500);
        middle.Add(400);
        Assert.Empty(_ended);

        small.Add(1);

        await AnotherEndedAsync();
        Assert.Equal(["big"], _ended);
        Assert.True(big.IsEnding);
        Assert.False(middle.IsEnding || small.IsEnding);
    }

    [Fact]
    public async Task Connections_are_ended_until_the_others_fit()
    {
        ByteAccount[] accounts = [Open("900"), Open("800"), Open("700"), Open("200")];
        accounts[3].Add(200);
        accounts[2].Add(700);
        accounts[1].Add(800);
        await AnotherEndedAsync();
        Assert.Equal(["800"], _ended);

        // The bytes of the first one are on their way out and do not count, so the next overrun ends one more and not two.
        accounts[0].Add(900);
        await AnotherEndedAsync();
        Assert.Equal(["800", "900"], _ended);
        Assert.Equal(2_600, _budget.HeldBytes);
    }

    [Fact]
    public async Task An_ended_connection_that_has_given_everything_back_makes_room()
    {
        ByteAccount first = Open("first");
        first.Add(Bound + 1);
        await AnotherEndedAsync();
        first.Add(-(Bound + 1));
        first.Close();

        ByteAccount second = Open("second");
        second.Add(Bound);

        Assert.Equal(Bound, _budget.HeldBytes);
        Assert.Equal(1, _budget.Accounts);
        second.Add(1);
        await AnotherEndedAsync();
        Assert.Equal(["first", "second"], _ended);
    }

    [Fact]
    public void A_closed_account_is_forgotten_when_its_last_byte_is_given_back()
    {
        ByteAccount account = Open("account");
        account.Add(10);
        account.Close();
        Assert.Equal(1, _budget.Accounts);

        account.Add(-10);

        Assert.Equal(0, _budget.Accounts);
        Assert.Equal(0, _budget.HeldBytes);
    }

    [Fact]
    public async Task Bytes_that_many_threads_add_and_take_back_sum_to_zero()
    {
        const int Threads = 8;
        const int Rounds = 2_000;
        int seed = SeededRandom.Create(out _).Next();
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(index => Task.Run(() =>
        {
            var random = new Random(seed + index);
            for (int round = 0; round < Rounds; round++)
            {
                ByteAccount account = Open("any");
                int[] parts = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 400))];
                Array.ForEach(parts, part => account.Add(part));
                bool closesFirst = random.Next(2) == 0;
                if (closesFirst)
                {
                    account.Close();
                }

                Array.ForEach(parts, part => account.Add(-part));
                account.Close();
            }
        }))).Within();

        Assert.Equal(0, _budget.HeldBytes);
        Assert.Equal(0, _budget.Accounts);
    }

    [Fact]
    public async Task Every_overrun_of_a_random_history_ends_the_biggest_that_was_left()
    {
        Random random = SeededRandom.Create(out _);
        var living = new Dictionary<string, ByteAccount>();
        for (int step = 0; step < 300; step++)
        {
            string name = random.Next(20).ToString();
            if (!living.TryGetValue(name, out ByteAccount? account))
            {
                living.Add(name, account = Open(name));
            }

            // No two the same, so that the biggest is one.
            account.Add(random.Next(1, 100) + (random.NextDouble() < 0.3 ? -account.HeldBytes : 0) + 1);
            Dictionary<string, long> before = living.ToDictionary(pair => pair.Key, pair => pair.Value.HeldBytes);
            while (before.Values.Sum() > Bound)
            {
                await AnotherEndedAsync();
                Assert.True(_ended.TryDequeue(out string? ended));
                Assert.Equal(before.Values.Max(), before[ended!]);
                before.Remove(ended!);
                living[ended!].Add(-living[ended!].HeldBytes);
                living[ended!].Close();
                living.Remove(ended!);
            }

            Assert.Empty(_ended);
            Assert.Equal(before.Values.Sum(), _budget.HeldBytes);
        }
    }

    private ByteAccount Open(string name) => _budget.Open(_ =>
    {
        _ended.Enqueue(name);
        _anotherEnded.Release();
    });

    private Task AnotherEndedAsync() => _anotherEnded.WaitAsync().Within();
}
