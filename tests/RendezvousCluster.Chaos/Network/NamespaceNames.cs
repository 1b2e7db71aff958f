using System.Globalization;
using System.Net;

namespace RendezvousCluster.Chaos.Network;

/// <summary>What the parts of a run's network are called. Runs that go on at the same time have different slots.</summary>
/// <param name="Slot">From 0 to <see cref="Slots"/>, not included.</param>
internal readonly record struct NamespaceNames(int Slot)
{
    /// <summary>How many runs can go on at the same time; each needs a third byte of an address of its own.</summary>
    public const int Slots = 100;

    // One network after those of scripts/cluster.
    private const string Net = "10.90";
    private const int FirstHost = 10;
    private const string Prefix = "rvx";

    /// <summary>The bridge that joins them; the run that made it has the slot. An interface's name has at most 15 characters.</summary>
    public string Bridge => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Slot}");

    /// <summary>The machine's own address on the bridge, where the clients are.</summary>
    public IPAddress Clients => Address(1);

    /// <summary>Another one of the machine's, so that the way to the database can be cut and the one to the clients not.</summary>
    public IPAddress Database => Address(2);

    /// <summary>The address of a node.</summary>
    public IPAddress Node(int node) => Address(FirstHost + node);

    /// <summary>The network namespace of a node.</summary>
    public string Namespace(int node) => string.Create(CultureInfo.InvariantCulture, $"{Bridge}-node{node}");

    /// <summary>The machine's end of the cable to a node.</summary>
    public string Cable(int node) => string.Create(CultureInfo.InvariantCulture, $"{Bridge}-{node}");

    private IPAddress Address(int host) => IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"{Net}.{Slot}.{host}"));
}
