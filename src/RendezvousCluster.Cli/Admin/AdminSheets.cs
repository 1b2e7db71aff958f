using System.Globalization;
using System.Text.Json;
using RendezvousCluster.Cli.Output;

namespace RendezvousCluster.Cli.Admin;

/// <summary>What the admin API answers, as rows for people. Nodes that gave no answer are not among them.</summary>
internal static class AdminSheets
{
    /// <summary>How each node is.</summary>
    public static Sheet Status(JsonElement answer)
    {
        var sheet = new Sheet("Node", "Ready", "Up for", "Peers", "Registrations", "Awake", "Storage", "Version");
        foreach ((string node, JsonElement said) in Nodes(answer))
        {
            sheet.Add(
                node,
                Flag(said, "isReady") ? Text(said, "remark") is "" ? "yes" : "yes, but" : "no",
                Durations.Text(TimeSpan.FromSeconds(Number(said, "uptimeSeconds"))),
                Count(said, "connections"),
                Count(said, "registrations"),
                Count(said, "namespacesAwake"),
                Text(said, "storage") is { Length: > 0 } storage ? storage : "none",
                Text(said, "version"));
        }

        return sheet;
    }

    /// <summary>What there is to say of nodes in sentences.</summary>
    public static IEnumerable<string> StatusRemarks(JsonElement answer) =>
        from node in Nodes(answer)
        let remark = Text(node.Said, "whyNotReady") is { Length: > 0 } reason ? $"not ready: {reason}" : Text(node.Said, "remark")
        where remark.Length > 0
        select $"{node.Node}: {remark}";

    /// <summary>The members of the cluster as the node that was asked sees them, and the nodes that see them otherwise.</summary>
    public static Sheet Members(JsonElement answer)
    {
        var sheet = new Sheet("Node", "State", "Roles", "Seen otherwise by");
        (string Node, JsonElement Said)[] views = [.. Nodes(answer)];
        IEnumerable<string> names =
            views.SelectMany(view => Items(view.Said, "members").Select(member => Text(member, "node"))).Distinct();
        foreach (string name in names)
        {
            (string Seer, string State, string Roles)[] seen =
                [.. views.Select(view => (view.Node, StateOf(view, name), RolesOf(view, name)))];
            string[] otherwise =
                [.. seen.Skip(1).Where(view => view.State != seen[0].State).Select(view => $"{view.Seer}: {view.State}")];
            sheet.Add(
                name,
                seen[0].State,
                seen.Max(view => view.Roles) ?? "",
                otherwise.Length > 0 ? string.Join(", ", otherwise) : "nobody");
        }

        return sheet;

        static JsonElement? Find((string Node, JsonElement Said) view, string name) =>
            Items(view.Said, "members").Where(member => Text(member, "node") == name)
                .Select(member => (JsonElement?)member).FirstOrDefault();

        static string StateOf((string Node, JsonElement Said) view, string name) =>
            Find(view, name) is { } member ? Text(member, "state") : "not a member";

        static string RolesOf((string Node, JsonElement Said) view, string name) =>
            Find(view, name) is { } member ? string.Join(", ", Items(member, "roles").Select(role => role.ToString())) : "";
    }

    /// <summary>Which shards each node has.</summary>
    public static Sheet Shards(JsonElement answer)
    {
        var sheet = new Sheet("Node", "Region", "Shards", "Awake", "Coordinates");
        foreach ((string node, JsonElement said) in Nodes(answer))
        {
            foreach (JsonElement region in Items(said, "regions"))
            {
                JsonProperty[] shards = region.TryGetProperty("shards", out JsonElement all) ? [.. all.EnumerateObject()] : [];
                sheet.Add(
                    node,
                    Text(region, "region"),
                    shards.Length.ToString(CultureInfo.InvariantCulture),
                    shards.Sum(shard => shard.Value.GetInt32()).ToString(CultureInfo.InvariantCulture),
                    Flag(region, "isCoordinator") ? "yes" : "no");
            }
        }

        return sheet;
    }

    /// <summary>The connections that hold the most.</summary>
    public static Sheet Connections(JsonElement answer)
    {
        var sheet = new Sheet("Node", "Held bytes", "Direction", "Muxer", "Address", "Peer");
        foreach ((string node, JsonElement said) in Nodes(answer))
        {
            foreach (JsonElement connection in Items(said, "largest"))
            {
                sheet.Add(
                    node,
                    Count(connection, "heldBytes"),
                    Flag(connection, "isOutbound") ? "out" : "in",
                    Text(connection, "muxer"),
                    Text(connection, "address"),
                    Text(connection, "peer"));
            }
        }

        return sheet;
    }

    /// <summary>The sums of connections in sentences.</summary>
    public static IEnumerable<string> ConnectionSums(JsonElement answer) =>
        from node in Nodes(answer)
        select $"{node.Node}: {Count(node.Said, "total")} connections ({Parts(node.Said, "byTransport")}), "
            + $"{Count(node.Said, "heldBytes")} bytes held; most from {Subnets(node.Said)}";

    /// <summary>The nodes that gave no answer, a sentence each.</summary>
    public static IEnumerable<string> Unanswered(JsonElement answer) =>
        from node in Items(answer, "nodes")
        where !node.TryGetProperty("answer", out _)
        select $"{Text(node, "node")} gave no answer: {Text(node, "whyNot")}.";

    private static IEnumerable<(string Node, JsonElement Said)> Nodes(JsonElement answer)
    {
        foreach (JsonElement node in Items(answer, "nodes"))
        {
            if (node.TryGetProperty("answer", out JsonElement said))
            {
                yield return (Text(node, "node"), said);
            }
        }
    }

    private static string Parts(JsonElement said, string name) => said.TryGetProperty(name, out JsonElement parts)
        && parts.ValueKind == JsonValueKind.Object && parts.EnumerateObject().Any()
            ? string.Join(", ", parts.EnumerateObject().Select(part => $"{part.Value} {part.Name}"))
            : "none";

    private static string Subnets(JsonElement said) =>
        string.Join(", ", Items(said, "subnets").Take(3).Select(row => $"{Text(row, "subnet")} ({Count(row, "connections")})"))
            is { Length: > 0 } subnets ? subnets : "nowhere";

    private static JsonElement[] Items(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement items) && items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray()] : [];

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement text) ? text.ToString() : "";

    private static bool Flag(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement flag) && flag.ValueKind == JsonValueKind.True;

    private static long Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement number) && number.ValueKind == JsonValueKind.Number
        && number.TryGetInt64(out long value) ? value : 0;

    private static string Count(JsonElement of, string name) => Number(of, name).ToString(CultureInfo.InvariantCulture);
}
