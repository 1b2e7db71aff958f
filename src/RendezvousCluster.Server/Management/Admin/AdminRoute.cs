using System.Text.Json.Serialization.Metadata;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>One thing that can be asked of the admin API.</summary>
/// <param name="Path">Behind the root.</param>
/// <param name="Summary">What the answer is, in a line.</param>
/// <param name="TakesTop">Whether the query <c>top</c> bounds its lists.</param>
/// <param name="Form">The form of the answer.</param>
/// <param name="AnswerAsync">Answers.</param>
internal sealed record AdminRoute(
    string Path, string Summary, bool TakesTop, JsonTypeInfo Form, Func<AdminApi, HttpContext, int, Task> AnswerAsync)
{
    /// <summary>A question to each node.</summary>
    public static AdminRoute OfEachNode<T>(
        string subject, string summary, JsonTypeInfo<T> form, JsonTypeInfo<ClusterAnswer<T>> whole, bool takesTop = false)
        where T : class => new(
            subject,
            summary,
            takesTop,
            whole,
            async (api, context, top) =>
            {
                ClusterAnswer<T> answer = await api.AskAsync(subject, top, form, context.RequestAborted);
                await context.Response.WriteAsJsonAsync(answer, whole, contentType: null, context.RequestAborted);
            });
}
