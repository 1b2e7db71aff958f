namespace RendezvousCluster.Server.Draining;

/// <summary>How far a node is out of service.</summary>
/// <param name="State">serving, handing-over, closing, drained, or failed.</param>
/// <param name="ShardsLeft">Shards of namespaces and of the directory that it still has.</param>
/// <param name="ConnectionsLeft">Connections of peers that are still open.</param>
/// <param name="RequestsCut">Requests that were not answered because their connections were cut.</param>
/// <param name="Seconds">How long it has taken.</param>
/// <param name="Trouble">What went wrong; null when nothing did.</param>
internal sealed record DrainStatus(
    string State, int ShardsLeft, int ConnectionsLeft, int RequestsCut, double Seconds, string? Trouble)
{
    internal const string Serving = "serving";
    internal const string HandingOver = "handing-over";
    internal const string Closing = "closing";
    internal const string Drained = "drained";
    internal const string Failed = "failed";

    /// <summary>Of a node in service.</summary>
    internal static readonly DrainStatus InService = new(Serving, 0, 0, 0, 0, null);
}
