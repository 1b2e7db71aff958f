using System.Collections;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// The page of a <see cref="DiscoverReply"/> as it grows: registrations in ascending order of revision until a count or a number of
/// envelope bytes is reached. It refers to the stored registrations, which never change, and shows each as a
/// <see cref="DiscoveredRegistration"/> when somebody looks: a page costs a reference for each, so a flood of DISCOVERs leaves the
/// collector next to nothing to do.
/// </summary>
/// <param name="query">What is asked for.</param>
/// <param name="namespace">The namespace as it is stored.</param>
/// <param name="now">The time of the reply, from which times to live count.</param>
internal sealed class ReplyPage(DiscoverQuery query, RendezvousNamespace @namespace, DateTimeOffset now)
    : IReadOnlyList<DiscoveredRegistration>
{
    private readonly List<StoredRegistration> _registrations = [];
    private int _bytes;

    /// <inheritdoc/>
    public int Count => _registrations.Count;

    /// <inheritdoc/>
    public DiscoveredRegistration this[int index]
    {
        get
        {
            StoredRegistration stored = _registrations[index];
            return new DiscoveredRegistration(
                @namespace, stored.Envelope, stored.Flavour, stored.RemainingTtlSeconds(now), stored.Revision);
        }
    }

    /// <summary>
    /// Adds one, if it fits. The first always fits: a page that could stay empty for want of bytes would stop the caller's progress for
    /// ever.
    /// </summary>
    /// <returns>False when the page is full; nothing further can be added.</returns>
    public bool TryAdd(StoredRegistration registration)
    {
        if (_registrations.Count >= query.Limit
            || (_registrations.Count > 0 && _bytes + registration.Envelope.Length > query.MaxBytes))
        {
            return false;
        }

        _bytes += registration.Envelope.Length;
        _registrations.Add(registration);
        return true;
    }

    /// <summary>The page as a reply. Its cookie stands after the last registration in it.</summary>
    /// <param name="chosen">The flavours that it shows.</param>
    /// <param name="isComplete">Whether there was nothing that did not fit.</param>
    public DiscoverReply ToReply(RegistrationFlavours chosen, bool isComplete)
    {
        ulong cookie = _registrations.Count == 0 ? query.AfterRevision : _registrations[^1].Revision;
        return new DiscoverReply(RendezvousStatus.Ok, string.Empty, this, cookie) { Flavours = chosen, IsComplete = isComplete };
    }

    /// <inheritdoc/>
    public IEnumerator<DiscoveredRegistration> GetEnumerator()
    {
        for (int index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
