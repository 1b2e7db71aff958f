using System.Text.Json;
using System.Text.Json.Serialization;
using RendezvousCluster.Server.Draining;

namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>
/// How answers are written. Nodes of neighbouring versions read one another's: fields are added, and never renamed or given another
/// meaning.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterAnswer<NodeStatus>))]
[JsonSerializable(typeof(ClusterAnswer<MembersAnswer>))]
[JsonSerializable(typeof(ClusterAnswer<ShardsAnswer>))]
[JsonSerializable(typeof(ClusterAnswer<ConnectionsAnswer>))]
[JsonSerializable(typeof(ClusterAnswer<NamespacesAnswer>))]
[JsonSerializable(typeof(ClusterAnswer<LimitsAnswer>))]
[JsonSerializable(typeof(NamespaceAnswer))]
[JsonSerializable(typeof(PeerAnswer))]
[JsonSerializable(typeof(DrainStatus))]
[JsonSerializable(typeof(EvictAnswer))]
[JsonSerializable(typeof(AskedFor))]
[JsonSerializable(typeof(AdminProblem))]
internal sealed partial class AdminJson : JsonSerializerContext;
