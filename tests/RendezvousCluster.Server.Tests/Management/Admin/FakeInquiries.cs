using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Tests.Management.Admin;

/// <summary>A cluster whose nodes answer what a test says.</summary>
internal sealed class FakeInquiries : IClusterInquiries
{
    public IReadOnlyList<NodeAnswer> Answers { get; set; } = [];

    public List<(string Subject, string Details)> Asked { get; } = [];

    public Task<IReadOnlyList<NodeAnswer>> AskAllAsync(
        string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken)
    {
        Asked.Add((subject, System.Text.Encoding.UTF8.GetString(details.Span)));
        return Task.FromResult(Answers);
    }
}
