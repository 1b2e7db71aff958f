using System.Net;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Server.FrontEnd.Turns;

namespace RendezvousCluster.Server.Tests.FrontEnd.Turns;

public sealed class TurnOrderTests
{
    private const int FullPage = TurnOrder.FullPageUnits;
    private const int Page = 4;
    private const int Many = 1_000;

    private static readonly ConnectionSource Here = From("198.51.100.1");

    private readonly TurnOrder _order = new(capacity: Page, maxWaiting: Many, maxUnsentBytes: Many);
    private readonly List<Turn> _blockers = [];

    [Fact]
    public void A_turn_comes_at_once_while_there_is_room()
    {
        Turn turn = Ask(_order.Open(Here));

        Assert.Same(turn, _order.Next());
        Assert.Equal((TurnState.Begun, 1, 0), (turn.State, _order.Units, _order.Waiting));
        _order.End(turn);
        _order.End(turn);
        Assert.Equal((TurnState.Over, 0), (turn.State, _order.Units));
    }

    [Fact]
    public void Connections_take_turns_however_many_requests_each_has()
    {
        TurnPlace greedy = _order.Open(Here);
        TurnPlace modest = _order.Open(Here);
        Block();
        Turn[] asked = [Ask(greedy), Ask(greedy), Ask(greedy), Ask(modest), Ask(greedy), Ask(modest)];

        Assert.Equal([greedy, modest, greedy, modest, greedy, greedy], Serve(asked.Length));
    }

    [Fact]
    public void An_address_has_one_share_however_many_connections_it_has()
    {
        TurnPlace[] crowd = [.. Enumerable.Range(0, 10).Select(_ => _order.Open(Here))];
        TurnPlace alone = _order.Open(From("198.51.100.2"));
        Block();
        Turn[] asked = [.. crowd.Select(Ask), Ask(alone), Ask(alone), Ask(alone)];

        Assert.Equal([1, 3, 5], IndexesOf(alone, Serve(asked.Length)));
    }

    [Fact]
    public void A_subnet_has_one_share_however_many_addresses_it_has()
    {
        TurnPlace[] crowd = [.. Enumerable.Range(1, 10).Select(host => _order.Open(From($"198.51.100.{host}")))];
        TurnPlace alone = _order.Open(From("203.0.113.1"));
        Block();
        Turn[] asked = [.. crowd.Select(Ask), Ask(alone), Ask(alone), Ask(alone)];

        Assert.Equal([1, 3, 5], IndexesOf(alone, Serve(asked.Length)));
    }

    [Fact]
    public void A_peer_that_asks_for_little_now_and_then_comes_before_those_that_always_ask_for_much()
    {
        const int Connections = 60;
        const int PagesBetween = 15;
        var order = new TurnOrder(capacity: 64, Many, Many);
        TurnPlace[] flood = [.. Enumerable.Range(0, Connections).Select(_ => order.Open(Here))];
        TurnPlace honest = order.Open(Here);
        var pages = new Queue<Turn>();
        Array.ForEach(flood, place => Array.ForEach(new int[8], _ => Ask(place, order, Many)));

        for (int round = 0; round < 20; round++)
        {
            for (int page = 0; page < PagesBetween; page++)
            {
                while (order.Next() is { } begun)
                {
                    order.Weigh(begun, FullPage);
                    pages.Enqueue(begun);
                }

                order.End(pages.Dequeue());
            }

            Turn asked = Ask(honest, order, maxUnits: 1);
            Assert.Same(asked, order.Next());
            order.End(asked);
        }
    }

    [Fact]
    public void A_peer_that_was_away_has_collected_no_more_than_a_page()
    {
        TurnPlace busy = _order.Open(Here);
        TurnPlace back = _order.Open(Here);
        Block();
        Ask(back);
        Serve(1);
        Array.ForEach(new int[200], _ => Ask(busy));
        Serve(100);

        Array.ForEach(new int[100], _ => Ask(back));
        TurnPlace[] served = Serve(FullPage + 20);

        Assert.All(served[..(FullPage - 1)], place => Assert.Same(back, place));
        Assert.InRange(served[FullPage..].Count(place => place == busy), 9, 11);
    }

    [Fact]
    public void A_connection_with_large_pages_waits_while_others_get_as_much_in_small_ones()
    {
        TurnPlace large = _order.Open(Here);
        TurnPlace small = _order.Open(Here);
        Block();
        Turn first = Ask(large);
        Unblock();
        Assert.Same(first, _order.Next());
        _order.Weigh(first, Page - 1);
        Array.ForEach(new int[2], _ => Ask(large));
        Array.ForEach(new int[8], _ => Ask(small));
        _order.End(first);

        Assert.Equal(Page - 1, IndexesOf(large, Serve(10))[0]);
    }

    [Fact]
    public void Large_pages_leave_room_for_small_answers()
    {
        var order = new TurnOrder(capacity: 64, Many, Many);
        TurnPlace large = order.Open(Here);
        large.ExpectedUnits = FullPage;
        Turn[] pages = [.. Enumerable.Range(0, 4).Select(_ => Ask(large, order, Many))];
        Assert.Equal([pages[0], pages[1], null], new[] { order.Next(), order.Next(), order.Next() });

        Turn small = Ask(order.Open(From("203.0.113.1")), order, maxUnits: 1);

        Assert.Same(small, order.Next());
        order.End(pages[0]);
        Assert.Same(pages[2], order.Next());
    }

    [Fact]
    public void The_first_in_the_order_is_not_overtaken_by_what_would_fit()
    {
        Block(units: 2);
        TurnPlace large = _order.Open(Here);
        Turn first = Ask(large, _order, maxUnits: 3);
        Turn second = Ask(large, _order, maxUnits: 1);

        Assert.Null(_order.Next());
        Unblock();
        Assert.Equal([first, second], new[] { _order.Next(), _order.Next() });
    }

    [Fact]
    public void A_page_is_begun_at_what_the_last_one_took_and_charged_at_what_it_takes()
    {
        var order = new TurnOrder(capacity: 64, Many, Many);
        TurnPlace place = order.Open(Here);
        Turn first = Ask(place, order, Many);
        Assert.Same(first, order.Next());
        int expected = order.Units;
        order.Weigh(first, FullPage);
        Assert.Equal((true, FullPage), (expected < FullPage, order.Units));
        order.End(first);

        Ask(place, order, Many);
        order.Next();
        Assert.Equal(FullPage, order.Units);

        // Nobody gets more than it asks for.
        Ask(place, order, maxUnits: 1);
        order.Next();
        Assert.Equal(FullPage + 1, order.Units);
    }

    [Fact]
    public void A_page_larger_than_all_there_is_has_its_turn_too()
    {
        TurnPlace place = _order.Open(Here);
        place.ExpectedUnits = Many;
        Turn huge = Ask(place, _order, Many);

        Assert.Same(huge, _order.Next());
        _order.Weigh(huge, Many);
        _order.End(huge);
        Assert.Equal(0, _order.Units);
    }

    [Fact]
    public void A_connection_whose_peer_does_not_read_begins_no_page_and_holds_up_nobody()
    {
        TurnPlace deaf = _order.Open(Here);
        TurnPlace other = _order.Open(Here);
        _order.AddUnsent(deaf, Many + 1);
        Turn page = Ask(deaf);
        Turn command = Ask(deaf, isPage: false);
        Turn others = Ask(other);

        Assert.True(page.Leaf.IsHeldBack);
        Assert.Equal(new HashSet<Turn?> { command, others, null }, [_order.Next(), _order.Next(), _order.Next()]);

        _order.AddUnsent(deaf, -1);
        Assert.Same(page, _order.Next());
    }

    [Fact]
    public void The_last_request_of_the_fullest_goes_at_the_bound_of_those_that_wait()
    {
        var order = new TurnOrder(Page, maxWaiting: 6, Many);
        Fill(order, Page);
        TurnPlace greedy = order.Open(Here);
        Turn[] many = [.. Enumerable.Range(0, 4).Select(_ => Ask(greedy, order, 1))];
        Turn neighbour = Ask(order.Open(Here), order, 1);
        Turn elsewhere = Ask(order.Open(From("203.0.113.1")), order, 1);
        var newcomer = new Turn(order.Open(From("203.0.113.2")), isPage: true);

        Assert.Same(many[3], order.Ask(newcomer, 1));
        Assert.Equal((TurnState.Over, TurnState.Waiting, 6), (many[3].State, newcomer.State, order.Waiting));

        // A newcomer of the fullest goes itself.
        var again = new Turn(greedy, isPage: true);
        Assert.Same(again, order.Ask(again, 1));
        Assert.Equal(
            (TurnState.Waiting, TurnState.Waiting, TurnState.Waiting, 6), (many[2].State, neighbour.State, elsewhere.State, order.Waiting));
    }

    [Fact]
    public void A_request_that_gives_up_makes_way()
    {
        Block();
        Turn turn = Ask(_order.Open(Here));

        Assert.True(TurnOrder.Withdraw(turn));
        Assert.False(TurnOrder.Withdraw(turn));
        Unblock();
        Assert.Null(_order.Next());
        Assert.Equal(0, _order.Waiting);
    }

    [Fact]
    public void The_order_keeps_nothing_of_connections_that_are_over()
    {
        TurnPlace[] places = [_order.Open(Here), _order.Open(Here), _order.Open(From("198.51.100.2")), _order.Open(From("2001:db8::1"))];
        Assert.Equal(4 + 3 + 2, _order.Places);

        Array.ForEach(places, TurnOrder.Close);
        Array.ForEach(places, TurnOrder.Close);

        Assert.Equal(0, _order.Places);
    }

    [Fact]
    public void A_request_whose_connection_is_over_ends_as_any_other()
    {
        TurnPlace place = _order.Open(Here);
        Block();
        Turn turn = Ask(place);
        TurnOrder.Close(place);
        Unblock();

        Assert.Same(turn, _order.Next());
        _order.End(turn);
        Assert.Equal((0, 0, 1 + 1 + 1), (_order.Units, _order.Waiting, _order.Places));
    }

    /// <summary>Takes up room, so that others wait.</summary>
    private void Block(int units = Page) => _blockers.AddRange(Fill(_order, units));

    private void Unblock()
    {
        _blockers.ForEach(_order.End);
        _blockers.Clear();
    }

    private static Turn[] Fill(TurnOrder order, int units)
    {
        TurnPlace place = order.Open(From("192.0.2.1"));
        return
        [
            .. Enumerable.Range(0, units).Select(_ =>
            {
                Turn turn = Ask(place, order, maxUnits: 1);
                Assert.Same(turn, order.Next());
                return turn;
            }),
        ];
    }

    private Turn Ask(TurnPlace place) => Ask(place, _order, maxUnits: 1);

    private Turn Ask(TurnPlace place, bool isPage)
    {
        var turn = new Turn(place, isPage);
        Assert.Null(_order.Ask(turn, 1));
        return turn;
    }

    private static Turn Ask(TurnPlace place, TurnOrder order, int maxUnits)
    {
        var turn = new Turn(place, isPage: true);
        Assert.Null(order.Ask(turn, maxUnits));
        return turn;
    }

    /// <summary>Lets so many have their turns, one at a time; answers whose they were.</summary>
    private TurnPlace[] Serve(int count)
    {
        Unblock();
        var served = new TurnPlace[count];
        for (int index = 0; index < count; index++)
        {
            Turn turn = Assert.IsType<Turn>(_order.Next());
            served[index] = turn.Place;
            _order.End(turn);
        }

        return served;
    }

    private static int[] IndexesOf(TurnPlace place, TurnPlace[] served) =>
        [.. Enumerable.Range(0, served.Length).Where(index => served[index] == place)];

    private static ConnectionSource From(string address) => ConnectionSource.Of(IPAddress.Parse(address));
}
