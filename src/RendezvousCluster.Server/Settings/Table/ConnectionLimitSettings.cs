using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>
/// The bounds of connections, section <c>Libp2p:Limits</c>. They were the first that could be set, in the section <c>Limits</c>, and those
/// keys are still good.
/// </summary>
internal static class ConnectionLimitSettings
{
    public const int MostConnections = 1_000_000;

    // The window of one stream.
    private const int LeastUnreadBytes = 256 * 1024;

    private const int MostUnreadBytes = 1024 * 1024 * 1024;

    // A handful of peers is served with it.
    private const int LeastHeldBytes = 16 * 1024 * 1024;

    private const long MostHeldBytes = 1L << 40;

    private const string Section = "Libp2p:Limits:";

    private static readonly SettingType Many = Kinds.Count(1, MostConnections);

    public static readonly Setting[] Rows =
    [
        Setting.Of(options => options.MaxConnections, Many, "How many connections there may be in all.") with
        {
            Key = Section + nameof(Libp2pLimits.MaxConnections),
            OtherKeys = [$"Limits:{nameof(Libp2pLimits.MaxConnections)}"],
            Options = ["--max-connections"],
            DefaultInWords = $"{new Libp2pLimits().MaxConnections}, or as many as the process may open files for",
        },
        Former(Setting.Of(
            options => options.Libp2p.Limits.MaxConnectionsPerIp, Many,
            "How many connections one IP address may have (IPv6: one /56); loopback is not counted.")) with
        {
            Options = ["--max-connections-per-address"],
        },
        Former(Setting.Of(
            options => options.Libp2p.Limits.MaxConnectionsPerSubnet, Many,
            "How many connections one subnet may have (IPv4: /24, IPv6: /48); loopback is not counted.")),
        Former(Setting.Of(options => options.Libp2p.Limits.MaxConnectionsPerPeer, Many, "How many connections one peer id may have.")),
        Former(Setting.Of(
            options => options.Libp2p.Limits.MaxPendingHandshakes, Many,
            "Connections that have not proved who they are; never more than a quarter of MaxConnections.")),
        Former(Setting.Of(options => options.Libp2p.Limits.MaxPendingHandshakesPerIp, Many, "The same from one IP address.")),
        Former(Setting.Of(options => options.Libp2p.Limits.MaxPendingHandshakesPerSubnet, Many, "The same from one subnet.")),
        Former(Setting.Of(
            options => options.Libp2p.Limits.FirstByteTimeout, Kinds.Time(Kinds.S(1), Kinds.Minutes(2)),
            "From the accept of a connection to its first byte; at most UpgradeTimeout.")),
        Former(Setting.Of(
            options => options.Libp2p.Limits.UpgradeTimeout, Kinds.Time(Kinds.S(1), Kinds.Minutes(2)),
            "From the accept of a connection to the end of the handshake.")),
        Former(Setting.Of(
            options => options.Libp2p.Limits.KeepAliveInterval, Kinds.Time(Kinds.S(1), TimeSpan.FromHours(1)),
            "A peer that has sent nothing for this long is asked for a sign of life.")),
        Former(Setting.Of(
            options => options.Libp2p.Limits.KeepAliveTimeout, Kinds.Time(Kinds.S(1), TimeSpan.FromHours(1)),
            "A peer that gives no sign of life for this long after it was asked is given up.")),
        Former(Setting.Of(
            options => options.Libp2p.Limits.MaxHeldBytes, Kinds.Size(LeastHeldBytes, MostHeldBytes),
            "The bytes that all connections together may make the server hold; at least four times MaxReceiveBytesPerConnection.")),
        Former(Setting.Of(
            options => options.Libp2p.Limits.MaxReceiveBytesPerConnection, Kinds.Size(LeastUnreadBytes, MostUnreadBytes),
            "The bytes that one connection may have sent and nobody has read; then it is read at a crawl.")),
    ];

    private static Setting Former(Setting setting) => setting with { OtherKeys = [setting.Key["Libp2p:".Length..]] };
}
