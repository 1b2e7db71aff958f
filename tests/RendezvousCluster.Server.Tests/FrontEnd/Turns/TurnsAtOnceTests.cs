using System.Net;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Server.FrontEnd.Turns;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Server.Tests.FrontEnd.Turns;

public sealed class TurnsAtOnceTests
{
    private const int Capacity = 8;
    private const int MaxUnsentBytes = 100;
    private const int Operations = 2_000;
    private const int Games = 20;

    private readonly TurnOrder _order = new(Capacity, maxWaiting: 20, MaxUnsentBytes);

    [Fact]
    public void A_request_begins_at_once_while_there_is_room_and_nobody_waits()
    {
        TurnPlace place = _order.Open(From(1));
        Turn turn = new(place, isPage: true);

        Assert.True(_order.TryBegin(turn, maxUnits: 2));
        Assert.Equal((TurnState.Begun, 2, 0), (turn.State, _order.Units, _order.Waiting));
        _order.End(turn);
        Assert.Equal(0, _order.Units);
    }

    [Fact]
    public void A_request_does_not_overtake_one_that_waits()
    {
        TurnPlace place = _order.Open(From(1));
        while (_order.TryBegin(new Turn(place, isPage: false), maxUnits: 1))
        {
        }

        Turn waiting = new(place, isPage: false);
        _order.Ask(waiting, maxUnits: 1);
        _order.End(waiting);

        Assert.False(_order.TryBegin(new Turn(_order.Open(From(2)), isPage: false), maxUnits: 1));
    }

    [Fact]
    public void A_page_of_a_peer_that_does_not_read_does_not_begin_at_once()
    {
        TurnPlace place = _order.Open(From(1));
        _order.AddUnsent(place, MaxUnsentBytes + 1);

        Assert.False(_order.TryBegin(new Turn(place, isPage: true), maxUnits: 1));
        Assert.True(_order.TryBegin(new Turn(place, isPage: false), maxUnits: 1));
    }

    /// <summary>The only thing in which the short way differs: a request that begins at once never counts among those who wait.</summary>
    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 2)]
    public void A_request_that_begins_at_once_puts_out_none_of_as_many_held_back_as_may_wait(bool atOnce, int waiting)
    {
        var order = new TurnOrder(Capacity, maxWaiting: 3, MaxUnsentBytes);
        TurnPlace deaf = order.Open(From(1));
        order.AddUnsent(deaf, MaxUnsentBytes + 1);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(order.Ask(new Turn(deaf, isPage: true), maxUnits: 1)));
        Turn newcomer = new(order.Open(From(2)), isPage: true);

        if (atOnce)
        {
            Assert.True(order.TryBegin(newcomer, maxUnits: 1));
        }
        else
        {
            Assert.NotNull(order.Ask(newcomer, maxUnits: 1));
            Assert.Same(newcomer, order.Next());
        }

        Assert.Equal(waiting, order.Waiting);
    }

    /// <summary>The short way changes nothing of whose turn it is while nobody has to be put out.</summary>
    [Fact]
    public void Requests_begin_in_the_same_order_as_if_each_had_waited()
    {
        _ = SeededRandom.Create(out int seed);
        int atOnce = 0;

        // Once many wait in a game, few requests begin at once: one game alone may show too little.
        for (int game = 0; game < Games; game++)
        {
            Assert.Equal(Play(seed + game, useShortWay: false, ref atOnce), Play(seed + game, useShortWay: true, ref atOnce));
        }

        Assert.InRange(atOnce, 500, Operations * Games);
    }

    private static List<int> Play(int seed, bool useShortWay, ref int atOnce)
    {
        var random = new Random(seed);
        var order = new TurnOrder(Capacity, maxWaiting: Operations, MaxUnsentBytes);
        TurnPlace[] places = [.. Enumerable.Range(0, 6).Select(index => order.Open(From(index / 2)))];
        var begun = new List<Turn>();
        var numbers = new Dictionary<Turn, int>();
        var sequence = new List<int>();
        for (int operation = 0; operation < Operations; operation++)
        {
            TurnPlace place = places[random.Next(places.Length)];
            int units = random.Next(1, Capacity + 2);
            switch (random.Next(8))
            {
                case < 3:
                    var turn = new Turn(place, isPage: units % 2 == 0);
                    numbers.Add(turn, operation);
                    if (useShortWay && order.TryBegin(turn, units))
                    {
                        Note(turn);
                        atOnce++;
                    }
                    else
                    {
                        order.Ask(turn, units);
                    }

                    break;
                case 3:
                    order.AddUnsent(place, place.UnsentBytes > MaxUnsentBytes ? -place.UnsentBytes : MaxUnsentBytes);
                    break;
                case 4 when begun.Count > 0:
                    order.Weigh(begun[^1], units);
                    break;
                default:
                    if (begun.Count > 0)
                    {
                        int index = units % begun.Count;
                        order.End(begun[index]);
                        begun.RemoveAt(index);
                    }

                    break;
            }

            while (order.Next() is { } next)
            {
                Note(next);
            }
        }

        return sequence;

        void Note(Turn turn)
        {
            begun.Add(turn);
            sequence.Add(numbers[turn]);
        }
    }

    private static ConnectionSource From(int host) => ConnectionSource.Of(IPAddress.Parse($"198.51.100.{host + 1}"));
}
