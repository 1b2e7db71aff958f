namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// The connections that have been accepted and have not proved who they are: who has to go when one more comes and there is no place.
///
/// Rules. There is a bound per address, one per subnet, and one for all, both for the pending ones and for connections of every kind. At a
/// bound the newcomer is let in and another one goes, so that nobody keeps others out by holding places. It is the oldest of those who have
/// not sent a single byte, from the address, the subnet, or the fullest subnet, whichever is the narrowest at its bound: an honest newcomer
/// speaks at once, so it is hardly ever among them. Where all have spoken, the oldest of the fullest goes if its address, or subnet, then
/// still has at least as many places as the newcomer's, and only for a bound of the pending ones. Otherwise the newcomer is refused: it
/// would only put out others with the same right, and among many that come at once nobody would ever finish.
///
/// Not thread-safe: the limiter calls it under its lock. There are no clocks here: the order is that of arrival.
/// </summary>
internal sealed class PendingHandshakes(Libp2pLimits limits)
{
    private readonly Dictionary<UInt128, Subnet> _subnets = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is a place for one more from <paramref name="source"/>.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="reached">The narrowest bound on connections of every kind that is reached, or none.</param>
    /// <param name="bound">The narrowest bound that is reached, or none.</param>
    /// <param name="leaving">Who has to go for it; null when nobody has to, or when the answer is no.</param>
    public bool TryMakeRoom(ConnectionSource source, ConnectionLimit reached, out ConnectionLimit bound, out ConnectionScope? leaving)
    {
        Subnet? subnet = _subnets.GetValueOrDefault(source.Subnet);
        Address? address = subnet?.Addresses.GetValueOrDefault(source.Address);
        bool isAddressFull = source.IsCounted && address?.Count >= limits.MaxPendingHandshakesPerIp;
        bool isSubnetFull = source.IsCounted && subnet?.Count >= limits.MaxPendingHandshakesPerSubnet;
        (bound, leaving) = reached switch
        {
            ConnectionLimit.ConnectionsPerIp => (reached, address?.Silent.First?.Value),
            _ when isAddressFull => (ConnectionLimit.PendingHandshakesPerIp, address!.Silent.First?.Value),
            _ when isSubnetFull => (ConnectionLimit.PendingHandshakesPerSubnet, subnet!.Leaving(address?.Count ?? 0)),
            ConnectionLimit.ConnectionsPerSubnet => (reached, subnet?.OldestSilent()),
            _ when Count >= limits.MaxPendingHandshakes => (ConnectionLimit.PendingHandshakes, Leaving(subnet?.Count ?? 0)),
            ConnectionLimit.Connections => (reached, OldestSilent()),
            _ => (ConnectionLimit.None, null),
        };
        return bound == ConnectionLimit.None || leaving is not null;
    }

    /// <summary>One more is there; it has not spoken.</summary>
    public void Add(ConnectionScope scope)
    {
        if (!_subnets.TryGetValue(scope.Source.Subnet, out Subnet? subnet))
        {
            _subnets.Add(scope.Source.Subnet, subnet = new Subnet());
        }

        if (!subnet.Addresses.TryGetValue(scope.Source.Address, out Address? address))
        {
            subnet.Addresses.Add(scope.Source.Address, address = new Address());
        }

        address.Silent.AddLast(scope.PendingPlace);
        subnet.Count++;
        Count++;
    }

    /// <summary>One has sent its first byte.</summary>
    public void MarkSpeaking(ConnectionScope scope)
    {
        Address address = _subnets[scope.Source.Subnet].Addresses[scope.Source.Address];
        address.Silent.Remove(scope.PendingPlace);
        address.Speaking.AddLast(scope.PendingPlace);
    }

    /// <summary>One has ended its handshake, or is gone.</summary>
    public void Remove(ConnectionScope scope)
    {
        Subnet subnet = _subnets[scope.Source.Subnet];
        Address address = subnet.Addresses[scope.Source.Address];
        scope.PendingPlace.List!.Remove(scope.PendingPlace);
        Count--;
        subnet.Count--;
        if (address.Count == 0)
        {
            subnet.Addresses.Remove(scope.Source.Address);
        }

        if (subnet.Count == 0)
        {
            _subnets.Remove(scope.Source.Subnet);
        }
    }

    private ConnectionScope? Leaving(int newcomersCount)
    {
        // At most as many as there are places, and only when none is free.
        Subnet[] fullest = Fullest();
        return OldestSilent(fullest) ?? (fullest[0].Count > newcomersCount + 1
            ? Oldest(fullest.Select(subnet => subnet.Fullest().Oldest))
            : OldestSilent(_subnets.Values));
    }

    private ConnectionScope? OldestSilent() => Count == 0 ? null : OldestSilent(Fullest()) ?? OldestSilent(_subnets.Values);

    private static ConnectionScope? OldestSilent(IEnumerable<Subnet> subnets) => Oldest(subnets.Select(subnet => subnet.OldestSilent()));

    private Subnet[] Fullest()
    {
        int most = _subnets.Values.Max(subnet => subnet.Count);
        return [.. _subnets.Values.Where(subnet => subnet.Count == most)];
    }

    private static ConnectionScope? Oldest(IEnumerable<ConnectionScope?> scopes) =>
        scopes.Where(scope => scope is not null).MinBy(scope => scope!.Arrival);

    private sealed class Subnet
    {
        public Dictionary<UInt128, Address> Addresses { get; } = [];

        public int Count { get; set; }

        public Address Fullest() => Addresses.Values.MaxBy(address => address.Count)!;

        public ConnectionScope? OldestSilent() =>
            Fullest().Silent.First?.Value ?? PendingHandshakes.Oldest(Addresses.Values.Select(a => a.Silent.First?.Value));

        public ConnectionScope? Leaving(int newcomersCount) =>
            OldestSilent() ?? (Fullest() is { } fullest && fullest.Count > newcomersCount + 1 ? fullest.Oldest : null);
    }

    private sealed class Address
    {
        public LinkedList<ConnectionScope> Silent { get; } = [];

        public LinkedList<ConnectionScope> Speaking { get; } = [];

        public int Count => Silent.Count + Speaking.Count;

        public ConnectionScope? Oldest => Silent.First?.Value ?? Speaking.First?.Value;
    }
}
