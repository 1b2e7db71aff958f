using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Errors;

/// <summary>A point answered with something that is no answer to what it was asked, or more than it may send.</summary>
public sealed class InvalidResponseException : RendezvousException
{
    internal InvalidResponseException(RendezvousPoint point, string message, Exception? innerException = null)
        : base(point, message, innerException)
    {
    }
}
