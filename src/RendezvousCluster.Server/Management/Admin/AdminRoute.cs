using System.Text.Json.Serialization.Metadata;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>One thing that can be asked of the admin API.</summary>
/// <param name="Path">Behind the root.</param>
/// <param name="Summary">What the answer is, in a line.</param>
/// <param name="Form">The form of the answer.</param>
/// <param name="AnswerAsync">Answers; the number is how many rows are wanted.</param>
internal sealed record AdminRoute(
    string Path, string Summary, JsonTypeInfo Form, Func<AdminApi, HttpContext, int, Task> AnswerAsync)
{
    /// <summary>Whether the query <c>top</c> bounds its lists.</summary>
    public bool TakesTop { get; init; }

    /// <summary>The other parts of the query, each with a line on what it is.</summary>
    public IReadOnlyList<(string Name, string Help, bool IsRequired)> Parameters { get; init; } = [];

    /// <summary>A question to each node.</summary>
    public static AdminRoute OfEachNode<T>(string subject, string summary, JsonTypeInfo<T> form, JsonTypeInfo<ClusterAnswer<T>> whole)
        where T : class => new(
            subject,
            summary,
            whole,
            async (api, context, top) =>
            {
                ClusterAnswer<T> answer = await api.AskAsync(subject, new AskedFor(top), form, context.RequestAborted);
                await WriteAsync(context, answer, whole);
            });

    /// <summary>Writes an answer.</summary>
    public static Task WriteAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> form) =>
        context.Response.WriteAsJsonAsync(answer, form, contentType: null, context.RequestAborted);
}
