using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>Asks all nodes, and puts their answers together.</summary>
internal static class ClusterAnswers
{
    /// <summary>Asks.</summary>
    /// <param name="cluster">The nodes.</param>
    /// <param name="subject">What is asked for.</param>
    /// <param name="asked">About what.</param>
    /// <param name="form">The form of one node's answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClusterAnswer<T>> AskAsync<T>(
        IClusterInquiries cluster, string subject, AskedFor asked, JsonTypeInfo<T> form, CancellationToken cancellationToken)
        where T : class
    {
        byte[] details = JsonSerializer.SerializeToUtf8Bytes(asked, AdminJson.Default.AskedFor);
        IReadOnlyList<NodeAnswer> answers = await cluster.AskAllAsync(subject, details, cancellationToken);
        return new ClusterAnswer<T>(answers[0].Node, [.. answers.Select(answer => Read(answer, form))]);
    }

    private static NodeRow<T> Read<T>(NodeAnswer answer, JsonTypeInfo<T> form)
        where T : class
    {
        if (answer.Answer is not { } bytes)
        {
            return new NodeRow<T>(answer.Node, null, answer.WhyNot);
        }

        try
        {
            return new NodeRow<T>(answer.Node, JsonSerializer.Deserialize(bytes.Span, form), null);
        }
        catch (JsonException)
        {
            return new NodeRow<T>(answer.Node, null, "its answer is not one that this version can read");
        }
    }
}
