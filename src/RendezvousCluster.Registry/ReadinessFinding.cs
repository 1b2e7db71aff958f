namespace RendezvousCluster.Registry;

/// <summary>What speaks against the readiness of a node, or what an operator should know of one that is ready all the same.</summary>
/// <param name="Check">What was looked at, one of <see cref="Checks"/>.</param>
/// <param name="IsAgainst">Whether the node is not ready because of it.</param>
/// <param name="Text">The cause in a sentence, without a secret and without a full stop.</param>
/// <param name="Since">Since when it is known.</param>
public sealed record ReadinessFinding(string Check, bool IsAgainst, string Text, DateTimeOffset Since)
{
    internal const string InService = "in_service";
    internal const string Started = "started";
    internal const string Database = "database";
    internal const string DatabaseWrites = "database_writes";
    internal const string Membership = "membership";
    internal const string OneCluster = "one_cluster";
    internal const string Namespaces = "namespaces";
    internal const string Requests = "requests";
    internal const string Clocks = "clocks";
    internal const string Capacity = "capacity";

    /// <summary>Everything that is looked at; the causes of others come first.</summary>
    public static IReadOnlyList<string> Checks { get; } =
        [InService, Started, Database, DatabaseWrites, Membership, OneCluster, Namespaces, Requests, Clocks, Capacity];
}
