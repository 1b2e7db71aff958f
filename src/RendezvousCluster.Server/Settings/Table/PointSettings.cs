using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>Where the point is and what it is called.</summary>
internal static class PointSettings
{
    public static readonly Setting[] Rows =
    [
        Setting.Of(
            options => options.Listen, new ListType(Kinds.Multiaddress),
            "A multiaddr to listen on; repeat it for more. /tcp/0 lets the system choose the port.") with
        {
            Options = ["--listen"],
            DefaultInWords = string.Join(" and ", ServerOptions.DefaultListen),
        },
        Setting.Of(
            options => options.Announce, new ListType(Kinds.Multiaddress),
            "A multiaddr to tell peers instead of the bound ones, for a point behind NAT or a proxy; repeat it for more.") with
        {
            Options = ["--announce"],
            DefaultInWords = "the bound addresses",
        },
        Setting.Of(
            options => options.AccessFile, Kinds.File,
            "A list of the peers and networks that are served or not, an entry a line: block or allow, and a peer id, an address or a "
            + "network. Read again on SIGHUP.") with
        {
            Options = ["--access-file"],
            DefaultInWords = "none: everybody is served",
        },
        Setting.Of(options => options.DataDirectory, Kinds.Directory, "Where the identity and the database live; made if missing.") with
        {
            Options = ["--data-dir"],
        },
        Setting.Of(
            options => options.Identity, Kinds.File,
            "The key file of the point's identity; an Ed25519 key is made there at the first start.") with
        {
            Options = ["--identity"],
            DefaultInWords = "identity.key in the data directory",
        },
    ];
}
