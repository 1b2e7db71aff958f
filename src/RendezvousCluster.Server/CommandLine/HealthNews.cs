namespace RendezvousCluster.Server.CommandLine;

/// <summary>What a server says of its readiness.</summary>
/// <param name="IsReady">Whether it serves peers.</param>
/// <param name="Text">Its own words, or why there are none; nothing in it moves a cursor.</param>
/// <param name="IsJson">Whether they are JSON.</param>
internal sealed record HealthNews(bool IsReady, string Text, bool IsJson = false);
