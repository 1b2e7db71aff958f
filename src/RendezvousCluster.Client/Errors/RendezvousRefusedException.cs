using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>
/// A point answered with a status other than OK. Each status of the spec has a class of its own; this one itself stands for a number that
/// the spec does not know.
/// </summary>
public class RendezvousRefusedException : RendezvousException
{
    private protected RendezvousRefusedException(RendezvousPoint point, RendezvousStatus status, string statusText)
        : base(point, Describe(point, status, statusText))
    {
        Status = status;
        StatusText = statusText;
    }

    /// <summary>The status.</summary>
    public RendezvousStatus Status { get; }

    /// <summary>
    /// What the point added in words, as it may stand in a log: characters that are not seen are escaped, and a long text is cut.
    /// </summary>
    public string StatusText { get; }

    /// <summary>
    /// Whether the same request may be granted later: the point was overloaded or broken. The other statuses say that the request itself
    /// has to change.
    /// </summary>
    public bool IsTransient => Status is RendezvousStatus.Unavailable or RendezvousStatus.InternalError;

    /// <summary>The exception that belongs to a status.</summary>
    internal static RendezvousRefusedException Of(RendezvousPoint point, RendezvousStatus status, string text)
    {
        string statusText = StatusNames.Clean(text);
        return status switch
        {
            RendezvousStatus.InvalidNamespace => new InvalidNamespaceException(point, statusText),
            RendezvousStatus.InvalidSignedPeerRecord => new InvalidSignedPeerRecordException(point, statusText),
            RendezvousStatus.InvalidTtl => new InvalidTtlException(point, statusText),
            RendezvousStatus.InvalidCookie => new InvalidCookieException(point, statusText),
            RendezvousStatus.NotAuthorized => new NotAuthorizedException(point, statusText),
            RendezvousStatus.InternalError => new PointInternalErrorException(point, statusText),
            RendezvousStatus.Unavailable => new PointUnavailableException(point, statusText),
            _ => new RendezvousRefusedException(point, status, statusText),
        };
    }

    private static string Describe(RendezvousPoint point, RendezvousStatus status, string text) =>
        $"{point.PeerId} answered {StatusNames.Name(status)}{(text.Length == 0 ? "." : $": {text}")}";
}
