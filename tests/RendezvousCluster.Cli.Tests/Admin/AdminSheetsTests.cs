using System.Text.Json;
using RendezvousCluster.Cli.Admin;
using RendezvousCluster.Cli.Output;

namespace RendezvousCluster.Cli.Tests.Admin;

public sealed class AdminSheetsTests
{
    private static readonly JsonElement Members = JsonElement.Parse(
        """
        {"askedThrough":"a:1","nodes":[
          {"node":"a:1","answer":{"members":[
            {"node":"a:1","state":"up","roles":["registry"]},{"node":"b:1","state":"unreachable","roles":["frontend"]}]}},
          {"node":"c:1","answer":{"members":[{"node":"a:1","state":"up","roles":["registry"]}]}},
          {"node":"b:1","whyNot":"it did not answer within 4 s"}]}
        """);

    [Fact]
    public void Nodes_that_see_a_member_otherwise_are_named()
    {
        string[] lines = Lines(AdminSheets.Members(Members));

        Assert.Matches(@"^ ?a:1\s+up\s+registry\s+nobody$", lines[1]);
        Assert.Matches(@"^ ?b:1\s+unreachable\s+frontend\s+c:1: not a member$", lines[2]);
    }

    [Fact]
    public void A_node_without_an_answer_is_a_sentence() =>
        Assert.Equal(["b:1 gave no answer: it did not answer within 4 s."], AdminSheets.Unanswered(Members));

    [Fact]
    public void A_node_that_is_not_ready_says_why()
    {
        var status = JsonElement.Parse(
            """
            {"nodes":[{"node":"a:1","answer":{"isReady":false,"whyNotReady":"this node is stopping","uptimeSeconds":90}},
              {"node":"b:1","answer":{"isReady":true,"remark":"a shard is silent"}}]}
            """);

        Assert.Equal(["a:1: not ready: this node is stopping", "b:1: a shard is silent"], AdminSheets.StatusRemarks(status));
        string[] lines = Lines(AdminSheets.Status(status));
        Assert.Matches(@"^ ?a:1\s+no\s+1 min 30 s", lines[1]);
        Assert.Matches(@"^ ?b:1\s+yes, but", lines[2]);
    }

    /// <summary>A later version may add, an earlier one lack: neither is a reason to show nothing.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"nodes":[{"node":"a:1","answer":{}}]}""")]
    [InlineData("""{"nodes":[{"node":"a:1","answer":{"regions":7,"members":"x","largest":null,"total":"many"}}]}""")]
    public void Answers_of_other_versions_are_shown_as_far_as_they_go(string json)
    {
        var answer = JsonElement.Parse(json);

        foreach (Func<JsonElement, Sheet> show in (Func<JsonElement, Sheet>[])
            [
                AdminSheets.Status, AdminSheets.Members, AdminSheets.Shards, AdminSheets.Connections, AdminSheets.Namespaces,
                AdminSheets.Registrations, AdminSheets.Limits,
            ])
        {
            Assert.NotEmpty(Lines(show(answer)));
        }

        foreach (Func<JsonElement, IEnumerable<string>> say in (Func<JsonElement, IEnumerable<string>>[])
            [AdminSheets.ConnectionSums, AdminSheets.NamespaceSums, AdminSheets.NamespaceRemarks, AdminSheets.Peer])
        {
            Assert.All(say(answer), Assert.NotNull);
        }
    }

    private static string[] Lines(Sheet sheet)
    {
        using var output = new StringWriter();
        new Report(output, isJson: false).Table(sheet);
        return output.ToString().TrimEnd().Split('\n');
    }
}
