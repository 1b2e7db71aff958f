using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Tests.Management;

/// <summary>A registry that is ready when a test says so.</summary>
internal sealed class FakeReadiness : IRegistryReadiness
{
    public bool IsReady { get; set; }

    public string? WhyNotReady => IsReady ? null : Reason;

    public string Reason { get; set; } = "the test says so";

    public string? Remark { get; set; }

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
