using System.Reflection;
using OpenTelemetry.Resources;

namespace RendezvousCluster.Server.Management;

/// <summary>How this program names itself to whom it sends metrics, traces and logs.</summary>
internal static class ServiceIdentity
{
    /// <summary>The name, unless OTEL_SERVICE_NAME says another.</summary>
    internal const string Name = "rendezvous-server";

    /// <summary>What the name is called among the fields of a line.</summary>
    internal const string Attribute = "service.name";

    /// <summary>Which build this is.</summary>
    public static string Version { get; } =
        typeof(ServiceIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The name in the log.</summary>
    public static string InLogs { get; } = Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is { Length: > 0 } name ? name : Name;

    /// <summary>Puts <c>service.name</c> and <c>service.version</c> into a resource, under what the environment says.</summary>
    public static void Describe(ResourceBuilder resource) =>
        resource.AddService(Name, serviceVersion: Version).AddEnvironmentVariableDetector();
}
