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

    /// <summary>The largest namespaces.</summary>
    public static Sheet Namespaces(JsonElement answer)
    {
        var sheet = new Sheet("Node", "Registrations", "Namespace");
        foreach ((string node, JsonElement said) in Nodes(answer))
        {
            foreach (JsonElement row in Items(said, "largest"))
            {
                sheet.Add(node, Count(row, "registrations"), Report.Word(Text(row, "name")));
            }
        }

        return sheet;
    }

    /// <summary>The sums of namespaces in sentences.</summary>
    public static IEnumerable<string> NamespaceSums(JsonElement answer) =>
        from node in Nodes(answer)
        select $"{node.Node}: {Count(node.Said, "registrations")} registrations, {Count(node.Said, "awake")} namespaces in memory";

    /// <summary>The registrations of a namespace.</summary>
    public static Sheet Registrations(JsonElement answer)
    {
        var sheet = new Sheet("Peer", "Left", "Record", "Addresses");
        foreach (JsonElement row in Items(answer, "registrations"))
        {
            sheet.Add(
                [Text(row, "peer")],
                [Durations.Text(TimeSpan.FromSeconds(Number(row, "secondsLeft")))],
                [Text(row, "flavour")],
                Items(row, "addresses").Select(address => address.ToString()));
        }

        return sheet;
    }

    /// <summary>Where a namespace lives, and whether there is more of it, in sentences.</summary>
    public static IEnumerable<string> NamespaceRemarks(JsonElement answer)
    {
        string owner = Text(answer, "owner") is { Length: > 0 } node ? node : "no node that answered";
        yield return $"{Report.Word(Text(answer, "name"))} is in shard {Text(answer, "shard")}, on {owner}";
        if (Text(answer, "next") is { Length: > 0 } next)
        {
            yield return $"There are more: --after {next}";
        }
    }

    /// <summary>What is known of a peer, in sentences.</summary>
    public static IEnumerable<string> Peer(JsonElement answer)
    {
        if (answer.TryGetProperty("registrations", out JsonElement registrations) && registrations.ValueKind == JsonValueKind.Object)
        {
            yield return $"{Text(answer, "id")} has {Count(registrations, "total")} of {Count(answer, "maxRegistrations")} registrations, "
                + $"as counted for {Durations.Text(TimeSpan.FromSeconds(Number(registrations, "knownForSeconds")))}";
            foreach (JsonElement row in Items(registrations, "listed"))
            {
                string left = row.TryGetProperty("secondsLeft", out _)
                    ? $"for {Durations.Text(TimeSpan.FromSeconds(Number(row, "secondsLeft")))} more"
                    : "for a time that is not known";
                yield return $"  registered in {Report.Word(Text(row, "namespace"))} {left}";
            }
        }
        else
        {
            yield return $"{Text(answer, "id")}: the ledger of quotas did not answer, so its registrations are not known";
        }

        foreach ((string node, JsonElement said) in Nodes(answer))
        {
            JsonElement[] connections = Items(said, "connections");
            yield return $"{node}: {connections.Length} of {Count(said, "maxConnections")} connections, "
                + $"{Count(said, "refused")} requests refused lately";
            foreach (JsonElement connection in connections)
            {
                string direction = Flag(connection, "isOutbound") ? "dialled at" : "connected from";
                yield return $"  {direction} {Text(connection, "address")}, {Text(connection, "muxer")}, holds "
                    + $"{Count(connection, "heldBytes")} of {Count(said, "maxHeldBytes")} bytes";
            }

            foreach (JsonElement refusal in Items(said, "lastRefusals"))
            {
                yield return
                    $"  refused {Text(refusal, "at")}: {Text(refusal, "kind")}, {Text(refusal, "status")}: {Text(refusal, "text")}";
            }
        }
    }

    /// <summary>How near each node is to its limits.</summary>
    public static Sheet Limits(JsonElement answer)
    {
        var sheet = new Sheet("Node", "Used", "Of", "Per cent", "Limit", "Nearest");
        foreach ((string node, JsonElement said) in Nodes(answer))
        {
            foreach (JsonElement row in Items(said, "limits"))
            {
                (long used, long most) = (Number(row, "used"), Number(row, "most"));
                sheet.Add(
                    node,
                    Count(row, "used"),
                    Count(row, "most"),
                    most > 0 ? (100.0 * used / most).ToString("0.0", CultureInfo.InvariantCulture) : "",
                    Text(row, "limit"),
                    Text(row, "who") is { Length: > 0 } who ? Report.Word(who) : "all together");
            }
        }

        return sheet;
    }

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
