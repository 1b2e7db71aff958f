using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Quotas;

/// <summary>What one subnet, and what large records, may take of a part of the ledger.</summary>
public sealed class LedgerSubnetTests
{
    private const int Places = 1_000;
    private const int Hostile = 7;
    private const int Honest = 8;
    private const int None = 0;

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly PeerLedgerState _state = new(
        new LedgerPartLimits(MaxPerPeer: 3, Places)
        {
            MaxBytes = Places * PlaceCharge.LeastBytes,
            Share = new SubnetShare(AbovePercent: 50, OfFreePercent: 6),
        },
        Start);

    private DateTimeOffset _now = Start;

    [Fact]
    public void Newcomers_from_elsewhere_find_room_while_identities_of_one_subnet_try_on()
    {
        int taken = Enumerable.Range(0, 10_000).Count(peer => Reserve(peer, Hostile) == Reservation.New);

        Assert.Equal(Places / 2, taken);
        Assert.Equal(Reservation.OverShare, Reserve(10_000, Hostile));
        Assert.All(Enumerable.Range(20_000, 20), peer => Assert.Equal(Reservation.New, Reserve(peer, Honest)));
        Assert.Equal(2, _state.SubnetCount);
    }

    [Fact]
    public void A_refresh_is_never_held_to_a_share()
    {
        Fill(Hostile, Places / 2);

        Assert.All(Enumerable.Range(0, Places / 2), peer => Assert.Equal(Reservation.Known, Reserve(peer, Hostile)));
    }

    [Fact]
    public void A_place_counts_for_the_subnet_from_which_it_was_asked_for_last()
    {
        Fill(Hostile, Places / 2);
        Assert.Equal(Reservation.OverShare, Reserve(1_000, Hostile));

        for (int peer = 0; peer < Places / 2; peer++)
        {
            Reserve(peer, Honest);
        }

        Assert.Equal(Reservation.New, Reserve(1_000, Hostile));
        Assert.Equal(Reservation.OverShare, Reserve(1_001, Honest));
    }

    [Fact]
    public void A_place_that_is_released_or_expired_counts_for_no_subnet()
    {
        Fill(Hostile, Places / 2);
        for (int peer = 0; peer < Places / 2; peer++)
        {
            _state.Release(LedgerRelease.For(TestPeers.Id(peer), Chat, _now.AddSeconds(5)));
        }

        Assert.Equal((0, 0, 0L), (_state.Count, _state.SubnetCount, _state.Bytes));
        Fill(Hostile, Places / 2);
        Assert.Equal(Reservation.OverShare, Reserve(1_000, Hostile));
        _now = Start.AddSeconds(60) + PeerLedgerState.ListedAfterExpiry;
        Assert.Equal(Reservation.New, Reserve(1_000, Hostile));
        Assert.Equal((1, 1, (long)PlaceCharge.LeastBytes), (_state.Count, _state.SubnetCount, _state.Bytes));
    }

    [Fact]
    public void Sources_that_do_not_count_are_held_to_the_total_alone()
    {
        Fill(None, Places);

        Assert.Equal(Reservation.Full, Reserve(1_000, None));
        Assert.Equal(0, _state.SubnetCount);
    }

    [Fact]
    public void Large_records_are_held_to_the_bytes_of_a_part()
    {
        int taken = Enumerable.Range(0, Places).Count(peer => Reserve(peer, None, bytes: 4_096) == Reservation.New);

        Assert.Equal(Places / 4, taken);
        Assert.Equal(Reservation.OverBytes, Reserve(1_000, None, bytes: 100));
        Assert.Equal(Reservation.Full, Reserve(1_000, None, bytes: 0));
        Assert.Equal(Reservation.Known, Reserve(0, None, bytes: 4_096));
    }

    [Fact]
    public void A_subnet_with_large_records_is_held_to_its_share_of_the_bytes()
    {
        int taken = Enumerable.Range(0, Places).Count(peer => Reserve(peer, Hostile, bytes: 4_096) == Reservation.New);

        Assert.Equal(Places / 4 / 2, taken);
        Assert.Equal(Reservation.OverShare, Reserve(1_000, Hostile, bytes: 4_096));
        Assert.Equal(Reservation.New, Reserve(1_000, Honest, bytes: 4_096));
    }

    [Fact]
    public void A_record_grows_to_a_KiB_without_more_room_and_further_only_where_there_is_some()
    {
        Fill(None, Places - 1);

        Assert.Equal(Reservation.Known, Reserve(0, None, bytes: 1_024));
        Assert.Equal(Reservation.Known, Reserve(0, None, bytes: 2_048));
        Assert.Equal(Reservation.OverBytes, Reserve(1, None, bytes: 1_025));
        Assert.Equal(Reservation.Known, Reserve(0, None, bytes: 100));
        Assert.Equal((long)Places * PlaceCharge.LeastBytes, _state.Bytes);
    }

    [Fact]
    public void A_note_counts_beyond_share_and_bytes()
    {
        Fill(Hostile, Places / 2);

        _state.Note(new LedgerNote(PeerDigest.Of(TestPeers.Id(1_000)), Chat, _now.AddSeconds(60), _now.AddSeconds(5))
        {
            Charge = new PlaceCharge(Hostile, Places * PlaceCharge.LeastBytes),
        });

        Assert.Equal((Places / 2) + 1, _state.Count);
        Assert.Equal(Reservation.OverBytes, Reserve(1_001, Honest));
    }

    private void Fill(int subnet, int places)
    {
        for (int peer = 0; peer < places; peer++)
        {
            Assert.Equal(Reservation.New, Reserve(peer, subnet));
        }
    }

    private Reservation Reserve(int peer, int subnet, int bytes = 250) => _state.Reserve(
        new LedgerReserve(PeerDigest.Of(TestPeers.Id(peer)), Chat, 60, _now.AddSeconds(5))
        {
            Charge = new PlaceCharge((UInt128)subnet, bytes),
        },
        _now);
}
