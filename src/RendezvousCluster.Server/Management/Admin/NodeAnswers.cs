using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Draining;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Server.Management.Admin.Answers;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>Answers for this node what an operator asks through it or through another one.</summary>
/// <param name="services">Where the host of peers is, on a node that has one.</param>
/// <param name="options">The node's settings.</param>
/// <param name="inspection">The registry on it.</param>
/// <param name="readiness">Whether it serves.</param>
/// <param name="drain">How far it is out of service.</param>
/// <param name="refusals">Why it refused requests lately.</param>
internal sealed class NodeAnswers(
    IServiceProvider services,
    IOptions<ServerOptions> options,
    IRegistryInspection inspection,
    IRegistryReadiness readiness,
    RecentRefusals refusals,
    PointDrain drain) : IInquiryAnswerer
{
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();
    private readonly long _started = TimeProvider.System.GetTimestamp();

    // A node without peers has no host, which would want an identity.
    private Libp2pHost? Host => options.Value.IsFrontEnd ? services.GetRequiredService<Libp2pHost>() : null;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken)
    {
        AskedFor asked = Read(details);
        return subject switch
        {
            AdminSubjects.Status => Write(Status(), AdminJson.Default.NodeStatus),
            AdminSubjects.Members => Write(new MembersAnswer(inspection.Members), AdminJson.Default.MembersAnswer),
            AdminSubjects.Shards => Write(
                new ShardsAnswer(await inspection.FindShardsAsync(cancellationToken).ConfigureAwait(false)),
                AdminJson.Default.ShardsAnswer),
            AdminSubjects.Connections => WriteFitting(
                top => ConnectionSurvey.Of(Host?.Connections ?? [], Host?.HeldBytes ?? 0, top),
                asked.Top,
                AdminJson.Default.ConnectionsAnswer),
            AdminSubjects.Namespaces => WriteFitting(Namespaces, asked.Top, AdminJson.Default.NamespacesAnswer),
            AdminSubjects.Peer => Write(OfPeer(asked.Peer), AdminJson.Default.PeerOnNode),
            AdminSubjects.Disconnect => Write(
                await DisconnectAsync(asked.Peer, cancellationToken).ConfigureAwait(false), AdminJson.Default.DisconnectAnswer),
            AdminSubjects.Limits => Write(Limits(), AdminJson.Default.LimitsAnswer),
            _ => throw new InquiryRefusedException($"its version ({ServiceIdentity.Version}) does not know the question"),
        };
    }

    private static ReadOnlyMemory<byte> Write<T>(T answer, JsonTypeInfo<T> form) => JsonSerializer.SerializeToUtf8Bytes(answer, form);

    // Names have up to 255 bytes, each of which JSON may write with six letters: where many are long, fewer rows fit a message.
    private static ReadOnlyMemory<byte> WriteFitting<T>(Func<int, T> answer, int top, JsonTypeInfo<T> form)
    {
        ReadOnlyMemory<byte> written = Write(answer(top), form);
        while (written.Length > AdminLimits.MaxAnswerBytes && top > 1)
        {
            top /= 2;
            written = Write(answer(top), form);
        }

        return written;
    }

    // Another node may be of another version, or no node at all.
    private static AskedFor Read(ReadOnlyMemory<byte> details)
    {
        try
        {
            AskedFor asked = JsonSerializer.Deserialize(details.Span, AdminJson.Default.AskedFor) ?? new AskedFor(AdminLimits.UsualTop);
            return asked with { Top = Math.Clamp(asked.Top, 1, AdminLimits.MostTop) };
        }
        catch (JsonException exception)
        {
            throw new InquiryRefusedException("it cannot read the details of the question", exception);
        }
    }

    private NamespacesAnswer Namespaces(int top)
    {
        NodeCounts counts = inspection.Counts;
        return new NamespacesAnswer(counts.NamespacesAwake, counts.Registrations, inspection.FindLargestNamespaces(top));
    }

    private static PeerId PeerOf(string? id) => PeerId.TryParse(id, out PeerId? peer)
        ? peer
        : throw new InquiryRefusedException("it cannot read the details of the question");

    private async Task<DisconnectAnswer> DisconnectAsync(string? id, CancellationToken cancellationToken)
    {
        PeerId peer = PeerOf(id);
        IPeerConnection[] connections = [.. (Host?.Connections ?? []).Where(connection => connection.RemotePeer.Equals(peer))];
        await Task.WhenAll(connections.Select(connection => connection.CloseAsync(cancellationToken).AsTask())).ConfigureAwait(false);
        return new DisconnectAnswer(connections.Length);
    }

    private PeerOnNode OfPeer(string? id)
    {
        PeerId peer = PeerOf(id);
        Libp2pLimits limits = options.Value.Libp2p.Limits;
        (long total, IReadOnlyList<RecentRefusal> last) = refusals.Of(peer);
        return new PeerOnNode(
            [
                .. (Host?.Connections ?? []).Where(connection => connection.RemotePeer.Equals(peer))
                    .Take(AdminLimits.MostTop).Select(ConnectionSurvey.RowOf),
            ],
            limits.MaxConnectionsPerPeer,
            limits.MaxReceiveBytesPerConnection,
            total,
            [.. last.Select(one => new RefusalRow(one.At, one.Kind, one.Status.ToString(), one.Text))]);
    }

    private LimitsAnswer Limits()
    {
        int most = options.Value.Registrations.MaxRegistrationsPerNamespace;
        NamespaceSize? largest = inspection.FindLargestNamespaces(1) is [var first, ..] ? first : null;
        IEnumerable<LimitRow> rows =
        [
            .. Host is { } host ? ConnectionSurvey.LimitsOf(host.Connections, host.HeldBytes, options.Value.Libp2p.Limits) : [],
            new LimitRow("MaxRegistrationsPerNamespace", largest?.Registrations ?? 0, most, largest?.Name),
        ];
        return new LimitsAnswer([.. rows.OrderByDescending(row => (double)row.Used / row.Most)]);
    }

    private NodeStatus Status()
    {
        NodeCounts counts = inspection.Counts;
        string? whyNot = readiness.WhyNotReady;
        return new NodeStatus(
            ServiceIdentity.Version,
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
            counts.Commits,
            drain.Status);
    }
}
