using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>
/// The description of the admin API in OpenAPI 3.1, made of its rows and of the types of its answers, so that it says what the API does.
/// </summary>
internal static class AdminDescription
{
    /// <summary>Where it is, behind the root.</summary>
    internal const string FileName = "openapi.json";

    private const string Token = "token";

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
        ["paths"] = new JsonObject(
        [
            .. AdminRoutes.All.Select(route => Path(route.Path, "get", Operation(route))),
            .. AdminWrites.All.Select(write => Path(write.Path, "post", Operation(write))),
        ]),
        ["components"] = new JsonObject
        {
            ["securitySchemes"] = new JsonObject
            {
                [Token] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
            },
        },
    };

    private static KeyValuePair<string, JsonNode?> Path(string path, string method, JsonObject operation) =>
        KeyValuePair.Create($"{AdminApi.Root}/{path}", (JsonNode?)new JsonObject { [method] = operation });

    private static JsonObject Operation(AdminWrite write) => new()
    {
        ["operationId"] = write.Path,
        ["summary"] = write.Summary,
        ["parameters"] = new JsonArray([.. write.Parameters.Select(Parameter)]),
        ["security"] = new JsonArray(new JsonObject { [Token] = new JsonArray() }),
        ["responses"] = Responses(write.Form),
    };

    private static JsonObject Operation(AdminRoute route) => new()
    {
        ["operationId"] = route.Path,
        ["summary"] = route.Summary,
        ["parameters"] = new JsonArray(
            [.. route.Parameters.Select(Parameter), .. route.TakesTop ? [Top()] : Array.Empty<JsonNode>()]),
        ["responses"] = Responses(route.Form),
    };

    private static JsonObject Responses(JsonTypeInfo form) => new()
    {
        ["200"] = Response("The answer.", form.GetJsonSchemaAsNode(Schemas)),
        ["default"] = Response("Why there is no answer.", AdminJson.Default.AdminProblem.GetJsonSchemaAsNode(Schemas)),
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
