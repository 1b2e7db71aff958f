using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>How long registrations live, and how many there may be.</summary>
internal static class RegistrationSettings
{
    public static readonly Setting[] Rows =
    [
        Setting.Of(options => options.Limits.MinTtlSeconds, TimeToLive(), "The shortest time to live granted.") with
        {
            Key = "MinTtlSeconds",
            OtherKeys = ["Limits:MinTtlSeconds"],
            Options = ["--min-ttl"],
        },
        Setting.Of(options => options.Limits.MaxTtlSeconds, TimeToLive(), "The longest time to live granted.") with
        {
            Key = "MaxTtlSeconds",
            OtherKeys = ["Limits:MaxTtlSeconds"],
            Options = ["--max-ttl"],
            Agreement = Agreement.Required,
        },
        Setting.Of(
            options => options.Registrations.MaxRegistrationsPerPeer, Kinds.Count(1, RegistrationLimits.Ceiling / LedgerParts.Count),
            "How many registrations one peer may have over all namespaces.") with
        {
            Key = nameof(RegistrationLimits.MaxRegistrationsPerPeer),
            Options = ["--max-registrations-per-peer"],
            Agreement = Agreement.Advised,
        },
        Setting.Of(
            options => options.Registrations.MaxRegistrationsPerNamespace, Kinds.Count(1, RegistrationLimits.Ceiling),
            "How many registrations one namespace may have.") with
        {
            Key = nameof(RegistrationLimits.MaxRegistrationsPerNamespace),
            Options = ["--max-registrations-per-namespace"],
            Agreement = Agreement.Advised,
        },
        Setting.Of(
            options => options.Registrations.MaxRegistrations, Kinds.Count(1, RegistrationLimits.Ceiling),
            "How many registrations there may be in all; a million usual ones take 0.6 GB of memory.") with
        {
            Key = nameof(RegistrationLimits.MaxRegistrations),
            Options = ["--max-registrations"],
            Agreement = Agreement.Advised,
        },
        Setting.Of(
            options => options.Registrations.MaxRegistrationBytes, Kinds.Size(PlaceCharge.LeastBytes, 1L << 40),
            "How many bytes all registrations may have together, each counted as 1KiB at least.") with
        {
            Key = nameof(RegistrationLimits.MaxRegistrationBytes),
            Options = ["--max-registration-bytes"],
            DefaultInWords = "1KiB for each of MaxRegistrations",
            Agreement = Agreement.Advised,
        },
        Setting.Of(
            options => options.Registrations.SubnetShareAbovePercent, Kinds.Count(0, 100),
            "How full the point is, in percent, when subnets (IPv4: /24, IPv6: /48) are held to their share; 100: never.") with
        {
            Key = nameof(RegistrationLimits.SubnetShareAbovePercent),
            Agreement = Agreement.Advised,
        },
        Setting.Of(
            options => options.Registrations.SubnetSharePercent, Kinds.Count(1, 100),
            "How much of the room that is left one subnet may hold then, in percent; loopback is not counted.") with
        {
            Key = nameof(RegistrationLimits.SubnetSharePercent),
            Agreement = Agreement.Advised,
        },
    ];

    /// <summary>A time to live: a number of seconds, or a time with its unit.</summary>
    public static SettingType TimeToLive() => new TimeType(
        Kinds.S(1), TimeSpan.FromSeconds(RendezvousLimits.LongestTtlSeconds), plainUnit: Kinds.S(1), isStoredInSeconds: true);
}
