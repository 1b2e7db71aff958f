using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry;

/// <summary>
/// The registry of the cluster as a front end on one node sees it: each command is asked of the entity of its namespace, wherever that lives.
/// </summary>
/// <remarks>
/// All commands are idempotent, so a question without an answer, or answered with <see cref="RetryLater"/>, is asked again until
/// <see cref="AskPolicy.MaxTries"/> or the command's deadline ends it with E_UNAVAILABLE. The entity drops what reaches it after the deadline. A DISCOVER is
/// fetched in pages that fit the frames between nodes and joined here.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle to free, and asks may still be in flight when the host disposes of its services.")]
internal sealed partial class ShardedRegistry(
    Func<IActorRef?> region, TimeProvider time, ILogger logger, TimeSpan? tryTimeout = null, int maxInFlight = AskPolicy.MaxInFlight)
    : IRegistry
{
    internal const string NotReady = "The registry is starting or stopping; try again later.";
    internal const string NoAnswer = "The registry did not answer in time; try again later.";
    internal const string AllNotServed = "Discovering without a namespace is not served by this version yet; name one.";

    private readonly SemaphoreSlim _inFlight = new(maxInFlight, maxInFlight);
    private readonly TimeSpan _tryTimeout = tryTimeout ?? AskPolicy.TryTimeout;

    /// <inheritdoc/>
    public async ValueTask<RegisterReply> RegisterAsync(RegisterCommand command, CancellationToken cancellationToken)
    {
        (RegisterReply? reply, string text) =
            await AskAsync<RegisterReply>(NamespaceCommand.For(command), command.Deadline, cancellationToken).ConfigureAwait(false);
        return reply ?? RegistryReplies.Register(RendezvousStatus.Unavailable, text);
    }

    /// <inheritdoc/>
    public async ValueTask<UnregisterReply> UnregisterAsync(UnregisterCommand command, CancellationToken cancellationToken)
    {
        if (command.Namespace is null)
        {
            return new UnregisterReply(RendezvousStatus.Unavailable);
        }

        (UnregisterReply? reply, _) =
            await AskAsync<UnregisterReply>(NamespaceCommand.For(command), command.Deadline, cancellationToken).ConfigureAwait(false);
        return reply ?? new UnregisterReply(RendezvousStatus.Unavailable);
    }

    /// <inheritdoc/>
    public async ValueTask<DiscoverReply> DiscoverAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        if (query.Namespace is null)
        {
            return RegistryReplies.Discover(RendezvousStatus.Unavailable, AllNotServed);
        }

        DiscoverReply first = await FetchAsync(query, cancellationToken).ConfigureAwait(false);
        if (first.Status != RendezvousStatus.Ok || IsLast(first.Registrations, Capped(query)))
        {
            return first;
        }

        var joined = new List<DiscoveredRegistration>(first.Registrations);
        int bytes = Bytes(first.Registrations);
        while (joined.Count < query.Limit && bytes < query.MaxBytes)
        {
            DiscoverQuery rest = Capped(query with
            {
                AfterRevision = joined[^1].Revision,
                Limit = query.Limit - joined.Count,
                MaxBytes = query.MaxBytes - bytes,
            });
            DiscoverReply page = await FetchAsync(rest, cancellationToken).ConfigureAwait(false);

            // A page may hold one registration that is larger than asked for, else its reader could never go on; here it is left for the next request.
            int pageBytes = Bytes(page.Registrations);
            if (page.Status != RendezvousStatus.Ok || pageBytes > rest.MaxBytes)
            {
                break;
            }

            joined.AddRange(page.Registrations);
            bytes += pageBytes;
            if (IsLast(page.Registrations, rest))
            {
                break;
            }
        }

        return first with { Registrations = joined, CookieRevision = joined[^1].Revision };
    }

    private static DiscoverQuery Capped(DiscoverQuery query) =>
        query.MaxBytes > AskPolicy.MaxPageBytes ? query with { MaxBytes = AskPolicy.MaxPageBytes } : query;

    // A page that could have taken another envelope of the largest size, and did not, is the last.
    private static bool IsLast(IReadOnlyList<DiscoveredRegistration> page, DiscoverQuery query) =>
        page.Count == 0 || (page.Count < query.Limit && Bytes(page) + SignedPeerRecord.MaxEnvelopeBytes <= query.MaxBytes);

    private static int Bytes(IReadOnlyList<DiscoveredRegistration> page)
    {
        int bytes = 0;
        for (int i = 0; i < page.Count; i++)
        {
            bytes += page[i].Envelope.Length;
        }

        return bytes;
    }

    private async ValueTask<DiscoverReply> FetchAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        (DiscoverReply? reply, string text) =
            await AskAsync<DiscoverReply>(NamespaceCommand.For(Capped(query)), query.Deadline, cancellationToken).ConfigureAwait(false);
        return reply ?? RegistryReplies.Discover(RendezvousStatus.Unavailable, text);
    }

    private async ValueTask<(TReply? Reply, string WhyNot)> AskAsync<TReply>(
        NamespaceCommand command, DateTimeOffset deadline, CancellationToken cancellationToken)
        where TReply : class
    {
        for (int tries = 0; tries < AskPolicy.MaxTries; tries++)
        {
            if (tries > 0)
            {
                await Task.Delay(AskPolicy.NextPause(), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }

            TimeSpan left = deadline - time.GetUtcNow();
            if (left < TimeSpan.Zero || (left == TimeSpan.Zero && tries > 0))
            {
                break;
            }

            if (region() is not { } target)
            {
                return (null, NotReady);
            }

            // At the deadline itself a command is still served, if it is served at once.
            TimeSpan timeout = left > TimeSpan.Zero && left < _tryTimeout ? left : _tryTimeout;
            object? answer = await TryAskAsync(target, command, timeout, cancellationToken).ConfigureAwait(false);
            if (answer is TReply reply)
            {
                return (reply, string.Empty);
            }
        }

        return (null, NoAnswer);
    }

    /// <summary>One try: the reply, <see cref="RetryLater"/>, or null when none came.</summary>
    private async ValueTask<object?> TryAskAsync(IActorRef target, NamespaceCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!await _inFlight.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        try
        {
            return await target.Ask<object>(command, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogAskFailed(exception); // the actor system is on its way down, or refuses the message: the caller gets E_UNAVAILABLE
            return null;
        }
        finally
        {
            _inFlight.Release();
        }
    }
}
