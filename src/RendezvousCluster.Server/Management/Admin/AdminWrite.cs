using System.Text.Json.Serialization.Metadata;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>One thing that can be changed through the admin API.</summary>
/// <param name="Path">Behind the root.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Form">The form of the answer.</param>
/// <param name="ChangeAsync">Makes the change, and answers.</param>
internal sealed record AdminWrite(string Path, string Summary, JsonTypeInfo Form, Func<AdminWrites, HttpContext, Task> ChangeAsync)
{
    /// <summary>The parts of the query, each with a line on what it is.</summary>
    public IReadOnlyList<(string Name, string Help, bool IsRequired)> Parameters { get; init; } = [];
}
