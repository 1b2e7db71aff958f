using Akka.Actor;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>Asks namespaces a small question, as a peer would, to see whether they are served.</summary>
/// <param name="regions">The way to their owners.</param>
/// <param name="time">The clock of deadlines.</param>
internal sealed class NamespaceProbe(INodeRegions regions, TimeProvider time)
{
    /// <summary>How long an answer may take.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // Nobody registers there; reading it leaves nothing behind.
    private static readonly RendezvousNamespace Probed = RendezvousNamespace.Parse("rendezvous-cluster/readiness");

    /// <summary>Why a DISCOVER does not come through; null when it does.</summary>
    /// <exception cref="OperationCanceledException">The node stops.</exception>
    public async Task<ReadinessCause?> AskAsync(CancellationToken stopping)
    {
        if (regions.Namespaces is null)
        {
            throw new OperationCanceledException(stopping);
        }

        return await AskAsync(Probed, stopping).ConfigureAwait(false) is { } answer
            ? WhyNot(answer)
            : new ReadinessCause(ReadinessState.NamespaceSilent, "the owner of a namespace does not answer");
    }

    /// <summary>What the owner of a namespace answers; null when it does not.</summary>
    public async Task<object?> AskAsync(RendezvousNamespace @namespace, CancellationToken stopping)
    {
        var probe = new DiscoverQuery(@namespace, AfterRevision: 0, Limit: 1, MaxBytes: 1, time.GetUtcNow() + Timeout);
        try
        {
            return regions.Namespaces is { } region
                ? await region.Ask<object>(NamespaceCommand.For(probe), Timeout, stopping).ConfigureAwait(false)
                : null;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    /// <summary>What an answer says is missing; null when nothing is.</summary>
    internal static ReadinessCause? WhyNot(object answer) => answer switch
    {
        DiscoverReply { Status: RendezvousStatus.Ok } => null,

        // The question was asked a moment ago. By the clock of whom it was asked it is late.
        DiscoverReply { StatusText: StatusTexts.DeadlinePassed } => new(
            ReadinessState.TimesApart,
            $"the clock of the owner of a namespace is more than {Timeout.TotalSeconds:0} s ahead of this node's, so that it takes every "
            + "request for late"),
        DiscoverReply { Status: var status, StatusText: var text } =>
            new(ReadinessState.NamespaceSilent, $"a namespace answers that it cannot serve: {status}, {text.TrimEnd('.')}"),
        _ => new(ReadinessState.NamespaceSilent, "a namespace answers that it cannot serve now"),
    };
}
