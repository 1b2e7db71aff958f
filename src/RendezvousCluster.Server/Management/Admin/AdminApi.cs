using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>
/// The admin API: HTTP and JSON at <see cref="Root"/>, for the whole cluster through any node. <see cref="AdminRoutes"/> says what there is
/// to ask; <see cref="AdminDoor"/> who gets an answer.
///
/// Rules. Every answer is JSON, a refusal too, and no cache keeps one. Each is bounded: so many rows of each node, and so much of each
/// node's answer as one message between nodes can carry. A node that gives no answer does not hold up the others' for longer than a few
/// seconds, and is named.
/// </summary>
internal sealed class AdminApi(IClusterInquiries cluster, RegistryQuestions registry, AdminWrites writes)
{
    /// <summary>Where it is; the number goes up when what is there no longer serves those that know it.</summary>
    internal const string Root = "/admin/v1";

    /// <summary>The part of the management endpoint that is this API's.</summary>
    private const string Realm = "/admin";

    /// <summary>Makes ready what callers need.</summary>
    public void Prepare() => writes.Prepare();

    /// <summary>Answers what is asked of it, and hands on everything else.</summary>
    public Task ServeAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Path.StartsWithSegments(Realm, StringComparison.OrdinalIgnoreCase) ? AnswerAsync(context) : next(context);

    /// <summary>Answers what the registry knows, wherever it is.</summary>
    public RegistryQuestions Registry { get; } = registry;

    /// <summary>Asks all nodes, and puts their answers together.</summary>
    public Task<ClusterAnswer<T>> AskAsync<T>(
        string subject, AskedFor asked, JsonTypeInfo<T> form, CancellationToken cancellationToken)
        where T : class => ClusterAnswers.AskAsync(cluster, subject, asked, form, cancellationToken);

    private async Task AnswerAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (AdminDoor.WhyNot(AdminCaller.Of(context)) is { } reason)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, $"This server's admin API refuses: {reason}.");
            return;
        }

        if (context.Request.Path.Equals($"{Root}/{AdminDescription.FileName}", StringComparison.OrdinalIgnoreCase))
        {
            response.ContentType = "application/json";
            await response.Body.WriteAsync(AdminDescription.Bytes, context.RequestAborted);
        }
        else if (AdminWrites.IsOne(context.Request.Path))
        {
            await writes.ServeAsync(context);
        }
        else if (AdminRoutes.Find(context.Request.Path) is not { } route)
        {
            string[] paths =
                [.. AdminRoutes.All.Select(one => one.Path), .. AdminWrites.All.Select(one => one.Path), AdminDescription.FileName];
            await RefuseAsync(
                context, StatusCodes.Status404NotFound, $"There is {string.Join(", ", paths.Select(path => $"{Root}/{path}"))}.");
        }
        else if (!HttpMethods.IsGet(context.Request.Method))
        {
            response.Headers.Allow = HttpMethods.Get;
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "Here only GET is answered.");
        }
        else if (TopOf(context.Request) is not { } top)
        {
            await RefuseAsync(
                context, StatusCodes.Status400BadRequest, $"top takes a whole number from 1 to {AdminLimits.MostTop}.");
        }
        else
        {
            try
            {
                await route.AnswerAsync(this, context, top);
            }
            catch (InquiryRefusedException exception) when (!response.HasStarted)
            {
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message);
            }
        }
    }

    private static int? TopOf(HttpRequest request)
    {
        string? text = request.Query["top"];
        return text is null ? AdminLimits.UsualTop
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int top) && top is >= 1 and <= AdminLimits.MostTop
                ? top
                : null;
    }

    /// <summary>Answers with a status and a reason.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new AdminProblem(reason), AdminJson.Default.AdminProblem, contentType: null, context.RequestAborted);
    }
}
