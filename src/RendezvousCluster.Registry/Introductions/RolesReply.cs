using System.Text;

namespace RendezvousCluster.Registry.Introductions;

/// <summary>The roles of a member; none when the node that was asked is not a member itself.</summary>
/// <param name="Roles">The roles.</param>
internal sealed record RolesReply(IReadOnlyList<string> Roles)
{
    /// <summary>One a line.</summary>
    internal byte[] Write() => Encoding.UTF8.GetBytes(string.Join('\n', Roles));

    /// <summary>As <see cref="Write"/> made it.</summary>
    internal static RolesReply Read(byte[] bytes) =>
        new(Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries));
}
