using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Directories;

/// <summary>
/// Reads one page of a walk over all namespaces: a part of the directory, then a few namespaces at a time, in order, until the page or the
/// request's share of namespaces is full. It holds no state; <see cref="WalkPosition"/> says where to go on and what is promised.
/// </summary>
/// <remarks>
/// A namespace that does not answer does not end the walk: one that is broken would stop every walk for good. The walk passes it over, and
/// the walk after this one begins no later than this one did (<see cref="WalkPosition.WithGap"/>). Only when no namespace at all answers
/// does the caller get the answer to come back later: a registry whose shards move must not look empty.
/// </remarks>
internal sealed class NamespaceWalk(
    INamespaceDirectory directory, Func<DiscoverQuery, CancellationToken, ValueTask<DiscoverReply>> read, TimeProvider time)
{
    /// <summary>Namespaces looked at for one page. Most may be asleep, and waking one costs a read of its journal.</summary>
    internal const int MaxNamespacesPerQuery = 256;

    /// <summary>Namespaces asked at once. Those that do not fit into the page any more were read for nothing.</summary>
    internal const int ReadAhead = 8;

    /// <summary>How long a walk waits for one namespace, so that one that does not answer leaves time for others.</summary>
    internal static readonly TimeSpan NamespaceTimeout = TimeSpan.FromMilliseconds(1500);

    /// <summary>Reads a page.</summary>
    public async ValueTask<DiscoverAllReply> ReadAsync(DiscoverAllQuery query, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now > query.Deadline)
        {
            return Refuse(RendezvousStatus.Unavailable, StatusTexts.DeadlinePassed, query);
        }

        if (query.Position.IsFromTheFuture(now))
        {
            return Refuse(RendezvousStatus.InvalidCookie, StatusTexts.CookieFromTheFuture, query);
        }

        var page = new WalkPage(query, query.Position.Begin(now));
        for (int looked = 0; page.HasRoom && looked < MaxNamespacesPerQuery && (looked == 0 || time.GetUtcNow() < query.Deadline);)
        {
            NamespaceListing? listing = await directory.ListAsync(
                page.Position.Key, ActiveSince(page.Position), MaxNamespacesPerQuery - looked, query.Deadline, cancellationToken)
                .ConfigureAwait(false);
            if (listing is null)
            {
                return page.IsWorthSending ? page.ToReply() : Refuse(RendezvousStatus.Unavailable, StatusTexts.DirectoryUnavailable, query);
            }

            looked += listing.Namespaces.Count;
            await ReadAsync(listing.Namespaces, page, query.Deadline, cancellationToken).ConfigureAwait(false);
            if (page.HasRoom)
            {
                page.ContinueAt(listing.Continue);
            }

            if (page.IsComplete)
            {
                break;
            }
        }

        return page.OnlyFailed ? Refuse(RendezvousStatus.Unavailable, StatusTexts.NoNamespaceAnswered, query) : page.ToReply();
    }

    // Registrations above a revision were decided after its time.
    private static DateTimeOffset ActiveSince(WalkPosition position) => Revision.TimeOf(position.Since);

    private static DiscoverAllReply Refuse(RendezvousStatus status, string text, DiscoverAllQuery query) =>
        new(status, text, [], query.Position, IsComplete: false);

    private async ValueTask ReadAsync(
        IReadOnlyList<RendezvousNamespace> namespaces, WalkPage page, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        foreach (RendezvousNamespace[] some in namespaces.Chunk(ReadAhead))
        {
            DateTimeOffset answersUntil = time.GetUtcNow() + NamespaceTimeout;
            DateTimeOffset earliest = answersUntil < deadline ? answersUntil : deadline;
            Task<DiscoverReply>[] replies =
            [
                .. some.Select(ns => read(page.QueryFor(ns, earliest), cancellationToken).AsTask()),
            ];
            await Task.WhenAll(replies).ConfigureAwait(false);
            for (int i = 0; i < some.Length; i++)
            {
                if (!page.TryAdd(some[i], await replies[i].ConfigureAwait(false)))
                {
                    return;
                }
            }
        }
    }

    /// <summary>The page as it grows, and the position behind it.</summary>
    private sealed class WalkPage(DiscoverAllQuery query, WalkPosition position)
    {
        private readonly List<DiscoveredRegistration> _registrations = [];
        private int _bytes;
        private bool _anyRead;
        private bool _anyFailed;

        public WalkPosition Position { get; private set; } = position;

        /// <summary>Whether another registration of any size may fit.</summary>
        public bool HasRoom { get; private set; } = true;

        /// <summary>Whether the walk has come to its end.</summary>
        public bool IsComplete { get; private set; }

        public bool OnlyFailed => _anyFailed && !_anyRead;

        public bool IsWorthSending => _anyRead;

        public DiscoverQuery QueryFor(RendezvousNamespace ns, DateTimeOffset deadline)
        {
            ulong read = NamespaceKey.Of(ns) == Position.Key ? Position.AfterRevision : 0;
            return new DiscoverQuery(
                ns, Math.Max(Position.Since, read), query.Limit - _registrations.Count, query.MaxBytes - _bytes, deadline)
            {
                Flavours = query.Flavours,
            };
        }

        /// <summary>Takes in what a namespace answered; false when the page is full and what follows is to be dropped.</summary>
        public bool TryAdd(RendezvousNamespace ns, DiscoverReply reply)
        {
            NamespaceKey key = NamespaceKey.Of(ns);
            if (reply.Status != RendezvousStatus.Ok)
            {
                _anyFailed = true;
                Position = Position.WithGap().Behind(key);
                return true;
            }

            _anyRead = true;
            foreach (DiscoveredRegistration registration in reply.Registrations)
            {
                // Asked at a time when there was more room than is left.
                if (_registrations.Count > 0
                    && (_registrations.Count == query.Limit || _bytes + registration.Envelope.Length > query.MaxBytes))
                {
                    HasRoom = false;
                    return false;
                }

                _registrations.Add(registration);
                _bytes += registration.Envelope.Length;
                Position = Position.After(registration);
            }

            HasRoom = _registrations.Count < query.Limit && _bytes + SignedPeerRecord.MaxEnvelopeBytes <= query.MaxBytes;
            if (HasRoom)
            {
                Position = Position.Behind(key);
            }

            return HasRoom;
        }

        /// <summary>Goes on behind a part of the directory.</summary>
        public void ContinueAt(NamespaceKey? key)
        {
            IsComplete = key is null;
            Position = key is { } next ? Position.At(next) : Position.Finish();
        }

        public DiscoverAllReply ToReply() => new(RendezvousStatus.Ok, string.Empty, _registrations, Position, IsComplete);
    }
}
