using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// An UNREGISTER that names no namespace: every namespace in which the peer may have a registration gets it, with the caller's deadline, so
/// that nothing older comes back afterwards.
/// </summary>
/// <remarks>
/// <para>
/// Where the peer may have one, its part of the ledger knows. A part that came to life less than the longest time to live ago may have
/// missed some; then all namespaces of the directory get it as well. That is a lot of work for one request, so a node makes one such
/// walk at a time, and each as far as its deadline lets it.
/// </para>
/// <para>
/// A walk that was cut short is remembered, and the peer's next UNREGISTER goes on from there: the peer's registrations since are in the
/// ledger. One that came to its end is remembered too, and need not be made again while that part of the ledger lives.
/// </para>
/// <para>
/// A namespace that does not answer makes the whole unknown, as the answer says, but holds up none of the others.
/// </para>
/// </remarks>
[SuppressMessage(
    "Design", "CA1001", Justification = "The semaphore has no handle to free, and a walk may be under way when the host ends.")]
internal sealed class UnregisterAll(
    IPeerLedger ledger,
    INamespaceDirectory directory,
    Func<UnregisterCommand, DateTimeOffset, CancellationToken, ValueTask<UnregisterReply>> unregister,
    TimeProvider time)
{
    /// <summary>Namespaces told at once for one request.</summary>
    internal const int AtOnce = 16;

    /// <summary>Namespaces of one step of a walk; a step that the deadline cuts short is made again.</summary>
    internal const int WalkStep = 128;

    /// <summary>Peers whose walks are remembered.</summary>
    internal const int MaxRemembered = 1_024;

    private readonly SemaphoreSlim _walking = new(1, 1);
    private readonly UnregisterWalks _walks = new(MaxRemembered);

    /// <summary>Removes all of a peer's registrations; OK when all of them are known to be gone.</summary>
    public async ValueTask<UnregisterReply> RunAsync(UnregisterCommand command, CancellationToken cancellationToken)
    {
        bool allTold = true;
        DateTimeOffset knownSince;
        bool complete;
        int next = 0;
        do
        {
            LedgerListing? page = await ledger.ListAsync(command.Peer, next, command.Deadline, cancellationToken).ConfigureAwait(false);
            if (page is null)
            {
                return new UnregisterReply(RendezvousStatus.Unavailable);
            }

            allTold &= await TellAsync(page.Namespaces, command, command.Deadline, cancellationToken).ConfigureAwait(false);
            (next, knownSince, complete) = (page.Next, page.KnownSince, page.IsComplete(time.GetUtcNow()));
        }
        while (next != 0);

        bool walked = complete || await WalkAsync(command, knownSince, cancellationToken).ConfigureAwait(false);
        return new UnregisterReply(allTold && walked ? RendezvousStatus.Ok : RendezvousStatus.Unavailable);
    }

    // Answers whether all namespaces of the directory have got it, now or earlier.
    private async ValueTask<bool> WalkAsync(UnregisterCommand command, DateTimeOffset knownSince, CancellationToken cancellationToken)
    {
        TimeSpan left = command.Deadline - time.GetUtcNow();
        if (left < TimeSpan.Zero || !await _walking.WaitAsync(left, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            UnregisterWalk walk = _walks.Resume(command.Peer, knownSince);
            while (!walk.IsDone && time.GetUtcNow() <= command.Deadline)
            {
                UnregisterWalk? further = await StepAsync(walk, command, cancellationToken).ConfigureAwait(false);
                if (further is null)
                {
                    break;
                }

                walk = further;
            }

            _walks.Remember(command.Peer, walk);
            return walk.IsDone && !walk.HasGap;
        }
        finally
        {
            _walking.Release();
        }
    }

    // Null when the step is to be made again.
    private async ValueTask<UnregisterWalk?> StepAsync(UnregisterWalk walk, UnregisterCommand command, CancellationToken cancellationToken)
    {
        NamespaceListing? listing = await directory.ListAsync(
            walk.From, DateTimeOffset.UnixEpoch, WalkStep, command.Deadline, cancellationToken).ConfigureAwait(false);
        if (listing is null)
        {
            return null;
        }

        // One that does not answer leaves time for the others.
        DateTimeOffset giveUpAt = time.GetUtcNow() + NamespaceWalk.NamespaceTimeout;
        bool told = await TellAsync(
            listing.Namespaces, command, giveUpAt < command.Deadline ? giveUpAt : command.Deadline,
            cancellationToken).ConfigureAwait(false);
        return told || time.GetUtcNow() <= command.Deadline ? walk.Behind(listing, told) : null;
    }

    private async ValueTask<bool> TellAsync(
        IReadOnlyList<RendezvousNamespace> namespaces, UnregisterCommand command, DateTimeOffset giveUpAt,
        CancellationToken cancellationToken)
    {
        int untold = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(namespaces, options, async (name, cancelled) =>
        {
            UnregisterReply reply = await unregister(command with { Namespace = name }, giveUpAt, cancelled).ConfigureAwait(false);
            if (reply.Status != RendezvousStatus.Ok)
            {
                Interlocked.Increment(ref untold);
            }
        }).ConfigureAwait(false);
        return untold == 0;
    }
}
