namespace RendezvousCluster.Simulation.Invariants;

public sealed class EnvelopesTests
{
    [Fact]
    public void A_record_says_where_it_belongs()
    {
        Assert.True(Envelopes.TryRead(Envelopes.Create(3, 11, 1_000_000), out int ns, out int peer, out int version));
        Assert.Equal((3, 11, 1_000_000), (ns, peer, version));
    }

    [Fact]
    public void No_byte_can_change_without_being_noticed()
    {
        byte[] envelope = Envelopes.Create(1, 2, 3);
        for (int at = 0; at < envelope.Length; at++)
        {
            byte[] changed = [.. envelope];
            changed[at] ^= 1;

            bool read = Envelopes.TryRead(changed, out int ns, out int peer, out int version);

            Assert.False(read && (ns, peer, version) == (1, 2, 3), $"byte {at}");
            Assert.False(read, $"byte {at} turns the record into another one");
        }
    }
}
