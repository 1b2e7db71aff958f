using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Logging;

namespace RendezvousCluster.Registry.Quotas;

/// <summary>
/// Warns of limits that refuse places, each at most once a minute, with the setting to change and the subnet that was refused last. A
/// refused place is not yet a refused REGISTER, as its registration may be there.
/// </summary>
internal sealed partial class ReservationRefusals
{
    private readonly FrozenDictionary<Reservation, LogThrottle<Latest<UInt128>>> _limits;

    public ReservationRefusals(TimeProvider time, ILogger logger)
    {
        (Reservation Refusal, string Limit)[] limits =
        [
            (Reservation.OverQuota, nameof(RegistrationLimits.MaxRegistrationsPerPeer)),
            (Reservation.Full, nameof(RegistrationLimits.MaxRegistrations)),
            (Reservation.OverBytes, nameof(RegistrationLimits.MaxRegistrationBytes)),
            (Reservation.OverShare, nameof(RegistrationLimits.SubnetSharePercent)),
        ];
        _limits = limits.ToFrozenDictionary(
            limit => limit.Refusal,
            limit => new LogThrottle<Latest<UInt128>>(
                time, refused => LogRefused(logger, limit.Limit, refused.Count, ConnectionSource.NameOf(refused.Last))));
    }

    /// <summary>Looks at an answer of the ledger.</summary>
    public void Notice(Reservation answer, PlaceCharge asked)
    {
        if (_limits.TryGetValue(answer, out LogThrottle<Latest<UInt128>>? refusals))
        {
            refusals.Add(asked.Subnet, Latest<UInt128>.Add);
        }
    }

    [LoggerMessage(
        2161,
        LogLevel.Warning,
        "{Limit} left no room for {Refused} new registrations since the last report, the last of them from {Subnet}")]
    private static partial void LogRefused(ILogger logger, string limit, int refused, string subnet);
}
