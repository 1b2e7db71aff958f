using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>
/// The description of the admin API in OpenAPI 3.1, made of its rows and of the types of its answers, so that it says what the API does.
/// </summary>
internal static class AdminDescription
{
    /// <summary>Where it is, behind the root.</summary>
    internal const string Path = "openapi.json";

    private static readonly JsonSchemaExporterOptions Schemas = new() { TreatNullObliviousAsNonNullable = true };

    private static readonly Lazy<byte[]> Document = new(() => JsonSerializer.SerializeToUtf8Bytes(Create()));

    /// <summary>The document.</summary>
    public static byte[] Bytes => Document.Value;

    private static JsonObject Create() => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "RendezvousCluster admin API",
            ["description"] = "What an operator can ask of a running point, for the whole cluster through any node.",
            ["version"] = "v1",
        },
        ["paths"] = new JsonObject(AdminRoutes.All.Select(
            route => KeyValuePair.Create($"{AdminApi.Root}/{route.Path}", (JsonNode?)new JsonObject { ["get"] = Operation(route) }))),
    };

    private static JsonObject Operation(AdminRoute route) => new()
    {
        ["operationId"] = route.Path,
        ["summary"] = route.Summary,
        ["parameters"] = new JsonArray(
            [.. route.Parameters.Select(Parameter), .. route.TakesTop ? [Top()] : Array.Empty<JsonNode>()]),
        ["responses"] = new JsonObject
        {
            ["200"] = Response("What the nodes say.", route.Form.GetJsonSchemaAsNode(Schemas)),
            ["default"] = Response(
                "Why there is no answer.", AdminJson.Default.AdminProblem.GetJsonSchemaAsNode(Schemas)),
        },
    };

    private static JsonObject Response(string description, JsonNode schema) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } },
    };

    private static JsonObject Parameter((string Name, string Help, bool IsRequired) parameter) => new()
    {
        ["name"] = parameter.Name,
        ["in"] = "query",
        ["description"] = parameter.Help,
        ["required"] = parameter.IsRequired,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Top() => new()
    {
        ["name"] = "top",
        ["in"] = "query",
        ["description"] = "How many of a list at most.",
        ["schema"] = new JsonObject
        {
            ["type"] = "integer", ["minimum"] = 1, ["maximum"] = AdminLimits.MostTop, ["default"] = AdminLimits.UsualTop,
        },
    };
}
