using System.Net;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>The types that several rows have.</summary>
internal static class Kinds
{
    public static readonly SettingType Flag = new FlagType();
    public static readonly TextType File = new("file", "the name of a file");
    public static readonly TextType Directory = new("directory", "the name of a directory");

    public static readonly TextType Multiaddress = new(
        "multiaddr", "a multiaddr, such as /ip4/127.0.0.1/tcp/8000 or /ip4/127.0.0.1/tcp/15003/ws",
        text => Multiaddr.TryParse(text, out _));

    public static readonly TextType Endpoint = new(
        "address:port", "an address and port, such as 203.0.113.5:4053", text => IPEndPoint.TryParse(text, out _));

    public static readonly TextType Node = new(
        "host:port", "a host and port, such as node-1.example:4053", text => NodeAddress.TryParse(text, out _));

    public static SettingType Count(long least, long most) => new CountType(least, most);

    public static SettingType Size(long least, long most) => new SizeType(least, most);

    public static SettingType Time(TimeSpan least, TimeSpan most) => new TimeType(least, most);

    public static TimeSpan Ms(int count) => TimeSpan.FromMilliseconds(count);

    public static TimeSpan S(int count) => TimeSpan.FromSeconds(count);

    public static TimeSpan Minutes(int count) => TimeSpan.FromMinutes(count);
}
