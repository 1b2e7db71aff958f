using RendezvousCluster.Registry.Certificates;

namespace RendezvousCluster.Registry.Links;

/// <summary>A connection has proved not to be of the cluster.</summary>
internal sealed class StrangerException(StrangerKind kind, string? subject = null, Exception? cause = null)
    : Exception(Strangers.Explain(kind, subject), cause)
{
    public StrangerKind Kind => kind;

    /// <summary>The subject of the certificate that was not taken, in its own words.</summary>
    public string? Subject => subject;
}
