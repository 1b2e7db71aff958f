namespace RendezvousCluster.Client.Errors;

/// <summary>
/// Base of everything that can go wrong between this client and its points. A refusal that a point answered is a
/// <see cref="RendezvousRefusedException"/>; the others say that there was no usable answer.
/// </summary>
public abstract class RendezvousException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="point">The point concerned, or null when the error concerns no point in particular.</param>
    /// <param name="message">A sentence for the user.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    private protected RendezvousException(RendezvousPoint? point, string message, Exception? innerException = null)
        : base(message, innerException) => Point = point;

    /// <summary>The point concerned; null when the error concerns no point in particular.</summary>
    public RendezvousPoint? Point { get; }
}
