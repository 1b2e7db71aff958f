using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RendezvousCluster.Server.Management.Health;

/// <summary>
/// <c>/readyz</c>: whether this node serves peers. One line of text that says everything, or JSON for those who ask for it, with the header
/// <c>Accept: application/json</c> or <c>?format=json</c>. The status code is 200 or 503 either way.
/// </summary>
internal sealed class HealthPage(HealthCheckService checks)
{
    /// <summary>Where it is.</summary>
    internal const string Path = "/readyz";

    /// <summary>What stands between two causes in one line.</summary>
    internal const string Also = "; also: ";

    private const string Json = "application/json";

    /// <summary>Answers a request for it.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        HealthReport report = await checks.CheckHealthAsync(context.RequestAborted);
        context.Response.StatusCode =
            report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.Headers.CacheControl = "no-store";
        if (WantsJson(context.Request))
        {
            context.Response.ContentType = Json;
            byte[] answer = JsonSerializer.SerializeToUtf8Bytes(AnswerOf(report), HealthJson.Default.HealthAnswer);
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(LineOf(report) + "\n", context.RequestAborted);
    }

    private static bool WantsJson(HttpRequest request) =>
        request.Query["format"] is ["json"]
        || request.Headers.Accept.Any(accept => accept?.Contains(Json, StringComparison.Ordinal) == true);

    // Causes against readiness come first.
    private static string LineOf(HealthReport report)
    {
        string causes = string.Join(
            Also,
            InOrder(report).Where(check => check.Value.Status != HealthStatus.Healthy).OrderBy(check => check.Value.Status)
                .Select(check => check.Value.Description));
        return report.Status switch
        {
            HealthStatus.Healthy => "ready",
            HealthStatus.Degraded => $"ready, but {causes}",
            _ => causes,
        };
    }

    private static HealthAnswer AnswerOf(HealthReport report) => new(
        report.Status != HealthStatus.Unhealthy,
        NameOf(report.Status),
        [
            .. InOrder(report).Select(check => new HealthAnswerCheck(
                check.Key,
                NameOf(check.Value.Status),
                check.Value.Description,
                check.Value.Data.TryGetValue(NodeHealthCheck.Since, out object? since) ? (DateTimeOffset)since : null)),
        ]);

    private static IEnumerable<KeyValuePair<string, HealthReportEntry>> InOrder(HealthReport report) =>
        NodeHealth.Checks.Select(name => KeyValuePair.Create(name, report.Entries[name]));

    private static string NameOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
