using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Quotas;

/// <summary>What a REGISTER and an UNREGISTER tell namespace and ledger, with the test in the place of both.</summary>
public sealed class ShardedRegistryBookingTests : TestKit
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");
    private static readonly PeerDigest Peer = PeerDigest.Of(TestPeers.Id(1));
    private static readonly RegisterReply Accepted = new(RendezvousStatus.Ok, string.Empty, 60);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ScriptedLedger _ledger = new();
    private readonly TestProbe _region;
    private readonly ShardedRegistry _registry;

    public ShardedRegistryBookingTests()
        : base("akka.loglevel = OFF")
    {
        _region = CreateTestProbe();
        _registry = new ShardedRegistry(
            new EntityAsker(() => _region.Ref, _time, NullLogger.Instance, TestTimeouts.Default),
            new ShardedDirectory(new EntityAsker(() => null, _time, NullLogger.Instance), _time),
            _ledger,
            _time);
    }

    private DateTimeOffset Deadline => _time.GetUtcNow().AddSeconds(5);

    [Fact]
    public async Task A_known_registration_costs_the_ledger_one_question()
    {
        _ledger.Reservation = Reservation.Known;

        Assert.Equal(Accepted, await RegisterAsync(Admission.Open, Accepted));

        Assert.Empty(_ledger.Told);
    }

    [Fact]
    public async Task Over_the_quota_the_namespace_decides_and_the_ledger_learns_of_what_stands()
    {
        _ledger.Reservation = Reservation.OverQuota;

        Assert.Equal(Accepted, await RegisterAsync(Admission.QuotaReached, Accepted));

        var charge = new PlaceCharge(0, TestPeers.Envelope(1).Length + Chat.Utf8.Length);
        Assert.Equal([new LedgerNote(Peer, Chat, _time.GetUtcNow().AddSeconds(60), Deadline) { Charge = charge }], _ledger.Told);
    }

    [Fact]
    public async Task A_registration_that_a_namespace_refuses_gives_its_new_place_back()
    {
        _ledger.Reservation = Reservation.New;
        RegisterReply full = RegistryReplies.NotAdmitted(RendezvousStatus.Unavailable, "full");

        Assert.Equal(full, await RegisterAsync(Admission.Open, full));

        Assert.Equal([new LedgerRelease(Peer, Chat, Deadline)], _ledger.Told);
    }

    [Fact]
    public async Task A_registration_with_an_unknown_outcome_keeps_its_place()
    {
        _ledger.Reservation = Reservation.New;

        Task<RegisterReply> reply = Register();
        for (int tries = 0; tries < AskPolicy.MaxTries; tries++)
        {
            await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);
            _region.Reply(RetryLater.Instance);
        }

        Assert.Equal(RendezvousStatus.Unavailable, (await reply.Within()).Status);
        Assert.Empty(_ledger.Told);
    }

    [Fact]
    public async Task Without_the_ledger_a_registration_goes_on_and_is_noted_afterwards()
    {
        _ledger.Reservation = null;

        Assert.Equal(Accepted, await RegisterAsync(Admission.Open, Accepted));

        Assert.IsType<LedgerNote>(Assert.Single(_ledger.Told));
    }

    [Theory]
    [InlineData(RendezvousStatus.Ok, true)]
    [InlineData(RendezvousStatus.Unavailable, false)]
    public async Task An_unregister_gives_the_place_back_when_it_is_done(RendezvousStatus status, bool released)
    {
        Task<UnregisterReply> reply =
            _registry.UnregisterAsync(new UnregisterCommand(Chat, TestPeers.Id(1), Deadline), CancellationToken.None).AsTask();
        await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);
        _region.Reply(new UnregisterReply(status));

        Assert.Equal(status, (await reply.Within()).Status);
        LedgerMessage[] expected = released ? [new LedgerRelease(Peer, Chat, Deadline)] : [];
        Assert.Equal(expected, _ledger.Told);
    }

    [Fact]
    public async Task An_unregister_of_all_tells_each_namespace_with_the_callers_deadline()
    {
        _ledger.Listed = [Chat, RendezvousNamespace.Parse("games")];
        DateTimeOffset deadline = Deadline;
        Task<UnregisterReply> reply =
            _registry.UnregisterAsync(new UnregisterCommand(null, TestPeers.Id(1), deadline), CancellationToken.None).AsTask();

        var told = new List<UnregisterCommand>();
        for (int i = 0; i < 2; i++)
        {
            told.Add((UnregisterCommand)(await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default)).Message);
            _region.Reply(new UnregisterReply(RendezvousStatus.Ok));
        }

        Assert.Equal(RendezvousStatus.Ok, (await reply.Within()).Status);
        Assert.Equal(["chat", "games"], told.Select(command => command.Namespace!.Name).Order());
        Assert.All(told, command => Assert.Equal(deadline, command.Deadline));
        Assert.Equal(2, _ledger.Told.OfType<LedgerRelease>().Count());
    }

    [Fact]
    public async Task A_peer_whose_subnet_has_its_share_reads_why()
    {
        _ledger.Reservation = Reservation.OverShare;

        RegisterReply reply = await RegisterAsync(
            Admission.PointFull, RegistryReplies.NotAdmitted(RendezvousStatus.Unavailable, StatusTexts.PointFull));

        Assert.Equal(StatusTexts.SubnetShareReached, reply.StatusText);
    }

    private Task<RegisterReply> Register() => _registry.RegisterAsync(
        new RegisterCommand(Chat, TestPeers.Id(1), TestPeers.Envelope(1), RegistrationFlavour.Standard, 1, 60, Deadline),
        CancellationToken.None).AsTask();

    private async Task<RegisterReply> RegisterAsync(Admission expected, RegisterReply answer)
    {
        Task<RegisterReply> reply = Register();
        NamespaceCommand asked = await _region.ExpectMsgAsync<NamespaceCommand>(TestTimeouts.Default);
        Assert.Equal(expected, Assert.IsType<RegisterCommand>(asked.Message).Admission);
        _region.Reply(answer);
        return await reply.Within();
    }
}
