namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>The details of a question, as one node sends them to the others.</summary>
/// <param name="Top">How many of a list are wanted at most.</param>
/// <param name="Peer">The peer that is asked about, where one is.</param>
internal sealed record AskedFor(int Top, string? Peer = null);
