namespace RendezvousCluster.Registry;

/// <summary>
/// Asks the nodes of the cluster on behalf of an operator. Questions and answers are the business of those at both ends
/// (<see cref="IInquiryAnswerer"/>).
/// </summary>
public interface IClusterInquiries
{
    /// <summary>
    /// Asks every node, this one too, and waits a bounded time: a node that does not answer is in the list with the reason.
    /// </summary>
    /// <param name="subject">What is asked for, a word of 64 letters at most.</param>
    /// <param name="details">About what; 4 KiB at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One for each member of the cluster, this node first.</returns>
    Task<IReadOnlyList<NodeAnswer>> AskAllAsync(string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken);
}
