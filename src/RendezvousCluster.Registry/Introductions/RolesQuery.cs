namespace RendezvousCluster.Registry.Introductions;

/// <summary>
/// A node that is about to join asks a member for its roles, among them the store and the settings that both must have in common.
/// </summary>
internal sealed class RolesQuery
{
    /// <summary>The name of the actor that answers it.</summary>
    internal const string Recipient = "membership-guard";

    internal static readonly RolesQuery Instance = new();

    private RolesQuery()
    {
    }
}
