namespace RendezvousCluster.Registry.Inquiries;

/// <summary>What an operator asks of one node. The registry carries it, and knows nothing of what it is about.</summary>
/// <param name="Subject">What is asked for, a word.</param>
/// <param name="Details">About what, in the form that the subject has.</param>
internal sealed record Inquiry(string Subject, ReadOnlyMemory<byte> Details)
{
    /// <summary>The name of the actor that answers it.</summary>
    internal const string Recipient = "inquiries";

    /// <summary>The role of nodes that answer. One of an earlier version is never asked.</summary>
    internal const string Role = "answers-inquiries";

    /// <summary>Longest subject, in UTF-16 units.</summary>
    internal const int MaxSubjectLength = 64;

    /// <summary>Longest details: a namespace and a few numbers.</summary>
    internal const int MaxDetailsBytes = 4 * 1024;
}
