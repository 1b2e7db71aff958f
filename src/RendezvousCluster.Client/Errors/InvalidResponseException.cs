namespace RendezvousCluster.Client.Errors;

/// <summary>A point answered with something other than an answer to the request, or more than it may send.</summary>
public sealed class InvalidResponseException : RendezvousException
{
    internal InvalidResponseException(RendezvousPoint point, string message, Exception? innerException = null)
        : base(point, message, innerException)
    {
    }
}
