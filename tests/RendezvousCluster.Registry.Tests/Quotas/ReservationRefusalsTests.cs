using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Registry.Quotas;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Quotas;

public sealed class ReservationRefusalsTests : IDisposable
{
    private static readonly PlaceCharge Charge = new(ConnectionSource.Of(IPAddress.Parse("198.51.100.77")).Subnet, 250);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(nameof(Reservation.OverQuota), nameof(RegistrationLimits.MaxRegistrationsPerPeer))]
    [InlineData(nameof(Reservation.Full), nameof(RegistrationLimits.MaxRegistrations))]
    [InlineData(nameof(Reservation.OverBytes), nameof(RegistrationLimits.MaxRegistrationBytes))]
    [InlineData(nameof(Reservation.OverShare), nameof(RegistrationLimits.SubnetSharePercent))]
    public void A_limit_that_refuses_is_a_line_a_minute_with_its_name_and_the_subnet(string refusal, string limit)
    {
        var refusals = new ReservationRefusals(_time, _log);
        for (int i = 0; i < 1_000; i++)
        {
            refusals.Notice(Enum.Parse<Reservation>(refusal), Charge);
        }

        Assert.Contains("for 1 new", Assert.Single(_log.Lines).Message);
        _time.Advance(LogThrottle.Interval);

        Assert.Equal(2, _log.Lines.Count);
        Assert.Equal(
            $"{limit} left no room for 999 new registrations since the last report, the last of them from 198.51.100.0/24",
            _log.Lines[1].Message);
        Assert.Equal(LogLevel.Warning, _log.Lines[1].Level);
    }

    [Theory]
    [InlineData(nameof(Reservation.New))]
    [InlineData(nameof(Reservation.Known))]
    [InlineData(nameof(Reservation.KnownForLonger))]
    [InlineData(nameof(Reservation.TooLate))]
    public void An_answer_that_no_limit_gave_does_not_warn(string answer)
    {
        new ReservationRefusals(_time, _log).Notice(Enum.Parse<Reservation>(answer), Charge);

        Assert.Empty(_log.Lines);
    }
}
