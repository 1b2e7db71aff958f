using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Tests.Management;

/// <summary>A registry that is ready when a test says so.</summary>
internal sealed class FakeReadiness : IRegistryReadiness
{
    public bool IsReady { get; set; }

    public string? WhyNotReady => IsReady ? null : Reason;

    public string Reason { get; set; } = "the test says so";

    public string? Remark { get; set; }

    public IReadOnlyList<ReadinessFinding> Findings =>
    [
        .. IsReady ? Array.Empty<ReadinessFinding>() : [new(Check, true, Reason, Since)],
        .. Remark is null ? Array.Empty<ReadinessFinding>() : [new("capacity", false, Remark, Since)],
    ];

    /// <summary>What <see cref="Reason"/> is of.</summary>
    public string Check { get; set; } = "database";

    public DateTimeOffset Since { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
