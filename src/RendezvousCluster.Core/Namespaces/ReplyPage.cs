using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Dialects;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// The page of a <see cref="DiscoverReply"/> as it grows: registrations in ascending order of revision until a count or a number of
/// envelope bytes is reached.
/// </summary>
internal sealed class ReplyPage(DiscoverQuery query, RegistrationFlavours chosen, DateTimeOffset now)
{
    private readonly List<DiscoveredRegistration> _registrations = [];
    private int _bytes;

    /// <summary>
    /// Adds one, if it fits. The first always fits: a page that could stay empty for want of bytes would stop the caller's progress for
    /// ever.
    /// </summary>
    /// <returns>False when the page is full; nothing further can be added.</returns>
    public bool TryAdd(RendezvousNamespace @namespace, Registration registration)
    {
        if (_registrations.Count >= query.Limit
            || (_registrations.Count > 0 && _bytes + registration.Envelope.Length > query.MaxBytes))
        {
            return false;
        }

        _bytes += registration.Envelope.Length;
        _registrations.Add(new DiscoveredRegistration(
            @namespace,
            registration.Envelope,
            registration.Flavour,
            registration.RemainingTtlSeconds(now),
            registration.Revision));
        return true;
    }

    /// <summary>The page as a reply. Its cookie stands after the last registration in it.</summary>
    /// <param name="isComplete">Whether there was nothing that did not fit.</param>
    public DiscoverReply ToReply(bool isComplete)
    {
        ulong cookie = _registrations.Count == 0 ? query.AfterRevision : _registrations[^1].Revision;
        return new DiscoverReply(RendezvousStatus.Ok, string.Empty, _registrations, cookie) { Flavours = chosen, IsComplete = isComplete };
    }
}
