using RendezvousCluster.Libp2p;
using Xunit;

namespace RendezvousCluster.Testing;

/// <summary>Hosts that offer less than they could.</summary>
public static class OnlyMuxer
{
    /// <summary>Lets the host offer one of its muxers and no other.</summary>
    public static Libp2pOptions WithOnlyMuxer(this Libp2pOptions options, string muxer)
    {
        foreach (string other in options.Muxers.Keys.Where(id => id != muxer).ToArray())
        {
            options.Muxers.Remove(other);
        }

        Assert.Single(options.Muxers);
        return options;
    }
}
