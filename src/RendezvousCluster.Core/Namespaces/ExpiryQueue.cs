using System.Diagnostics.CodeAnalysis;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// The registrations of a namespace by time of expiry: a binary heap in which each registration knows its place, so that a refresh or an
/// UNREGISTER takes its entry out at once. A queue that left dead entries to be skipped later would let a peer that refreshes every second
/// fill the memory.
/// </summary>
internal sealed class ExpiryQueue
{
    private readonly List<StoredRegistration> _heap = [];

    /// <summary>How many registrations wait here.</summary>
    public int Count => _heap.Count;

    /// <summary>The registration that expires first.</summary>
    public bool TryPeek([NotNullWhen(true)] out StoredRegistration? earliest)
    {
        earliest = _heap.Count > 0 ? _heap[0] : null;
        return earliest is not null;
    }

    /// <summary>How many have expired. Costs as much as there are of these.</summary>
    public int CountExpired(DateTimeOffset now) => CountExpired(0, now);

    /// <summary>Whether a registration waits here.</summary>
    public bool Contains(StoredRegistration registration) =>
        registration.QueuePosition >= 0 && registration.QueuePosition < _heap.Count
        && ReferenceEquals(_heap[registration.QueuePosition], registration);

    /// <summary>Adds a registration.</summary>
    public void Add(StoredRegistration registration)
    {
        _heap.Add(registration);
        registration.QueuePosition = _heap.Count - 1;
        MoveUp(registration.QueuePosition);
    }

    /// <summary>Takes a registration out.</summary>
    /// <exception cref="InvalidOperationException">It is not in the queue.</exception>
    public void Remove(StoredRegistration registration)
    {
        int position = registration.QueuePosition;
        if (!Contains(registration))
        {
            throw new InvalidOperationException($"Revision {registration.Revision} is not in the queue.");
        }

        registration.QueuePosition = -1;
        StoredRegistration last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (!ReferenceEquals(last, registration))
        {
            Place(last, position);
            MoveUp(position);
            MoveDown(last.QueuePosition);
        }
    }

    // Below one that has not expired there is none that has.
    private int CountExpired(int position, DateTimeOffset now) => position >= _heap.Count || _heap[position].IsLive(now)
        ? 0
        : 1 + CountExpired((2 * position) + 1, now) + CountExpired((2 * position) + 2, now);

    private void Place(StoredRegistration registration, int position)
    {
        _heap[position] = registration;
        registration.QueuePosition = position;
    }

    private void MoveUp(int position)
    {
        StoredRegistration moving = _heap[position];
        while (position > 0)
        {
            int parent = (position - 1) / 2;
            if (_heap[parent].ExpiresAtUnixMilliseconds <= moving.ExpiresAtUnixMilliseconds)
            {
                break;
            }

            Place(_heap[parent], position);
            position = parent;
        }

        Place(moving, position);
    }

    private void MoveDown(int position)
    {
        StoredRegistration moving = _heap[position];
        while (true)
        {
            int child = (2 * position) + 1;
            if (child >= _heap.Count)
            {
                break;
            }

            if (child + 1 < _heap.Count && _heap[child + 1].ExpiresAtUnixMilliseconds < _heap[child].ExpiresAtUnixMilliseconds)
            {
                child++;
            }

            if (_heap[child].ExpiresAtUnixMilliseconds >= moving.ExpiresAtUnixMilliseconds)
            {
                break;
            }

            Place(_heap[child], position);
            position = child;
        }

        Place(moving, position);
    }
}
