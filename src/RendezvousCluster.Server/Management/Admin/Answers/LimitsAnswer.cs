namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>How near a node is to its limits, the nearest first.</summary>
/// <param name="Limits">The limits that hold somebody.</param>
internal sealed record LimitsAnswer(IReadOnlyList<LimitRow> Limits);

/// <summary>A limit, and who uses the most of it.</summary>
/// <param name="Limit">The name of the setting.</param>
/// <param name="Used">How much is used.</param>
/// <param name="Most">How much there is.</param>
/// <param name="Who">Who uses it: a subnet, a peer, a namespace; null for the whole node.</param>
internal sealed record LimitRow(string Limit, long Used, long Most, string? Who);
