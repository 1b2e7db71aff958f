using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>One peer: where it is connected, what it has registered, which limits hold it, and why it was refused.</summary>
/// <param name="Id">The peer.</param>
/// <param name="Registrations">What it has registered, as the ledger of quotas knows; null when the ledger did not answer.</param>
/// <param name="MaxRegistrations">How many it may have.</param>
/// <param name="Nodes">What each node knows of it.</param>
internal sealed record PeerAnswer(
    string Id, PeerRegistrations? Registrations, int MaxRegistrations, IReadOnlyList<NodeRow<PeerOnNode>> Nodes);

/// <summary>What one node knows of a peer.</summary>
/// <param name="Connections">Its connections there.</param>
/// <param name="MaxConnections">How many it may have there.</param>
/// <param name="MaxHeldBytes">What each may make the node hold.</param>
/// <param name="Refused">How many of its requests the node has refused, as far as it remembers.</param>
/// <param name="LastRefusals">The last of them, the newest first.</param>
internal sealed record PeerOnNode(
    IReadOnlyList<ConnectionRow> Connections,
    int MaxConnections,
    long MaxHeldBytes,
    long Refused,
    IReadOnlyList<RefusalRow> LastRefusals);

/// <summary>A refusal.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What the peer asked for.</param>
/// <param name="Status">The status that it got.</param>
/// <param name="Text">The text that it got.</param>
internal sealed record RefusalRow(DateTimeOffset At, string Kind, string Status, string Text);
