using System.Text.Json;
using System.Text.Json.Serialization;

namespace RendezvousCluster.Server.Management.Health;

/// <summary>The answer of <c>/readyz</c> in JSON. Fields are added, and never renamed.</summary>
/// <param name="Ready">Whether the node serves peers.</param>
/// <param name="Status">The worst of all checks: healthy, degraded (something to know of a node that serves), or unhealthy.</param>
/// <param name="Checks">All checks; the causes of others come first.</param>
internal sealed record HealthAnswer(bool Ready, string Status, IReadOnlyList<HealthAnswerCheck> Checks);

/// <summary>One check.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">healthy, degraded or unhealthy.</param>
/// <param name="Cause">Why it is not healthy; null when it is.</param>
/// <param name="Since">Since when that is known; null when it is healthy.</param>
internal sealed record HealthAnswerCheck(string Name, string Status, string? Cause, DateTimeOffset? Since);

/// <summary>How the answer is written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
