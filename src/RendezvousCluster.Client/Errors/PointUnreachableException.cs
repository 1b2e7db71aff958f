namespace RendezvousCluster.Client.Errors;

/// <summary>
/// No answer: nobody could be dialled, the connection or stream broke, the point speaks no rendezvous, or the time ran out. The point
/// may have carried out the request all the same.
/// </summary>
public sealed class PointUnreachableException : RendezvousException
{
    internal PointUnreachableException(RendezvousPoint point, string message, Exception? innerException = null)
        : base(point, message, innerException)
    {
    }

    /// <summary>Whether the request surely never left: there was no connection to send it over.</summary>
    internal bool NothingSent { get; init; }
}
