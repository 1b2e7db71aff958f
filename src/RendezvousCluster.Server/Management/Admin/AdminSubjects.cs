namespace RendezvousCluster.Server.Management.Admin;

/// <summary>The words by which nodes ask one another, fixed for ever.</summary>
internal static class AdminSubjects
{
    internal const string Status = "status";
    internal const string Members = "members";
    internal const string Shards = "shards";
    internal const string Connections = "connections";
    internal const string Namespaces = "namespaces";
    internal const string Peer = "peer";
    internal const string Limits = "limits";
    internal const string Disconnect = "disconnect";
}
