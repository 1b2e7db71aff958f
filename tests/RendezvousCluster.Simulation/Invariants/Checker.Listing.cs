using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Simulation.Invariants;

internal sealed partial class Checker
{
    /// <summary>What the directory lists.</summary>
    public ListingWatch Listings { get; }

    /// <summary>An event of a namespace is in its journal.</summary>
    public void RegistrationWritten(RendezvousNamespace ns, NamespaceEvent @event, long now)
    {
        long? expiry = @event switch
        {
            Registered registered => registered.Registration.ExpiresAtUnixMilliseconds,
            Refreshed refreshed => refreshed.RegisteredAtUnixMilliseconds + (refreshed.TtlSeconds * 1000L),
            _ => null,
        };
        if (expiry is { } until
            && !Listings.IsListed(ns, ListingWatch.Milliseconds(DateTimeOffset.FromUnixTimeMilliseconds(until))))
        {
            Break(Invariant.RegisteredIsListed, $"{ns}: a registration is written that outlives the listing of its namespace", now);
        }
    }

    /// <summary>A part has taken more names than it may.</summary>
    public void TooManyListed(string part, int count, int limit, long now) =>
        Break(Invariant.LimitsHold, $"{part}: lists {count} namespaces where {limit} are allowed", now);

    /// <summary>A page of a list has come.</summary>
    /// <param name="reading">The list so far.</param>
    /// <param name="page">The page.</param>
    /// <param name="limit">How many were asked for.</param>
    /// <param name="wasPaused">Whether a node stood still that may have read the part's journal before: then the answer is as old as that.
    /// </param>
    /// <param name="now">When.</param>
    /// <returns>Whether it is the last one.</returns>
    public bool ListRead(ListReading reading, NamespaceListing page, int limit, bool wasPaused, long now)
    {
        if (page.Namespaces.Count > limit)
        {
            Break(Invariant.LimitsHold, $"part{reading.Part}: a page of {page.Namespaces.Count} where {limit} were asked for", now);
        }

        foreach (RendezvousNamespace ns in page.Namespaces)
        {
            reading.Found.Add(ns);
            if (!Listings.MayBeShown(ns, reading.PageBegan))
            {
                Break(Invariant.ExpiredIsNotFound, $"part{reading.Part}: lists {ns}, whose time is over", now);
            }
        }

        if (page.Continue is { } next)
        {
            reading.From = next;
            return false;
        }

        if (!(reading.MayBeStale && wasPaused) && Listings.MissingIn(reading, now).FirstOrDefault() is { } missing)
        {
            Break(
                Invariant.ListedIsFound,
                $"part{reading.Part}: does not list {missing}, though that was confirmed before the list was asked for at {reading.Began}",
                now);
        }

        return true;
    }
}
