using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Management.Admin.Answers;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>Answers for this node what an operator asks through it or through another one.</summary>
/// <param name="services">Where the host of peers is, on a node that has one.</param>
/// <param name="options">The node's settings.</param>
/// <param name="inspection">The registry on it.</param>
/// <param name="readiness">Whether it serves.</param>
internal sealed class NodeAnswers(
    IServiceProvider services, IOptions<ServerOptions> options, IRegistryInspection inspection, IRegistryReadiness readiness)
    : IInquiryAnswerer
{
    private static readonly string Version =
        typeof(NodeAnswers).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();
    private readonly long _started = TimeProvider.System.GetTimestamp();

    // A node without peers has no host, which would want an identity.
    private Libp2pHost? Host => options.Value.IsFrontEnd ? services.GetRequiredService<Libp2pHost>() : null;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken) => subject switch
    {
        AdminSubjects.Status => Write(Status(), AdminJson.Default.NodeStatus),
        AdminSubjects.Members => Write(new MembersAnswer(inspection.Members), AdminJson.Default.MembersAnswer),
        AdminSubjects.Shards => Write(
            new ShardsAnswer(await inspection.FindShardsAsync(cancellationToken).ConfigureAwait(false)), AdminJson.Default.ShardsAnswer),
        AdminSubjects.Connections => Write(
            ConnectionSurvey.Of(Host?.Connections ?? [], Host?.HeldBytes ?? 0, TopOf(details)), AdminJson.Default.ConnectionsAnswer),
        _ => throw new InquiryRefusedException($"its version ({Version}) does not know the question"),
    };

    private static ReadOnlyMemory<byte> Write<T>(T answer, JsonTypeInfo<T> form) => JsonSerializer.SerializeToUtf8Bytes(answer, form);

    // Another node may be of another version, or no node at all.
    private static int TopOf(ReadOnlyMemory<byte> details)
    {
        try
        {
            AskedFor? asked = JsonSerializer.Deserialize(details.Span, AdminJson.Default.AskedFor);
            return Math.Clamp(asked?.Top ?? AdminLimits.UsualTop, 1, AdminLimits.MostTop);
        }
        catch (JsonException exception)
        {
            throw new InquiryRefusedException("it cannot read the details of the question", exception);
        }
    }

    private NodeStatus Status()
    {
        NodeCounts counts = inspection.Counts;
        string? whyNot = readiness.WhyNotReady;
        return new NodeStatus(
            Version,
            _startedAt,
            (long)TimeProvider.System.GetElapsedTime(_started).TotalSeconds,
            whyNot is null,
            whyNot,
            readiness.Remark,
            options.Value.IsRegistry ? options.Value.StorageOrDefault.Name() : null,
            Host?.Connections.Count ?? 0,
            Host?.HeldBytes ?? 0,
            counts.Registrations,
            counts.NamespacesAwake,
            counts.Commits);
    }
}
