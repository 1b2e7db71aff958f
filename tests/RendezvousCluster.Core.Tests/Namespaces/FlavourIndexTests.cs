using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

public sealed class FlavourIndexTests
{
    [Fact]
    public void Index_agrees_with_a_sorted_list_under_random_changes()
    {
        Random random = SeededRandom.Create(out int seed);
        var index = new FlavourIndex();
        var model = new List<StoredRegistration>();
        ulong revision = 0;
        for (int step = 0; step < 3000; step++)
        {
            if (model.Count > 0 && random.Next(100) < (step < 1500 ? 40 : 60))
            {
                int victim = random.Next(model.Count);
                index.Remove(model[victim]);
                model.RemoveAt(victim);
            }
            else
            {
                StoredRegistration added = At(revision += (ulong)random.Next(1, 4), (RegistrationFlavour)random.Next(3));
                index.Append(added);
                model.Add(added);
            }

            if (step % 20 == 0)
            {
                ulong after = (ulong)random.NextInt64((long)revision + 2);
                var flavours = (RegistrationFlavours)random.Next(8);
                Assert.True(
                    model.Where(r => r.Revision > after && flavours.HasFlag((RegistrationFlavours)(1 << (int)r.Flavour)))
                        .SequenceEqual(index.After(after, flavours)),
                    $"seed {seed}, step {step}, after {after}, {flavours}");
            }
        }
    }

    [Fact]
    public void Revision_that_does_not_follow_those_of_another_flavour_is_refused()
    {
        var index = new FlavourIndex();
        index.Append(At(5, RegistrationFlavour.Standard));

        Assert.Throws<InvalidOperationException>(() => index.Append(At(5, RegistrationFlavour.RoutingState)));
        Assert.Throws<InvalidOperationException>(() => index.Append(At(4, RegistrationFlavour.PeerInfo)));
        index.Append(At(6, RegistrationFlavour.RoutingState));
        Assert.Throws<InvalidOperationException>(() => index.Remove(At(6, RegistrationFlavour.PeerInfo)));
    }

    [Fact]
    public void Only_what_is_live_is_held()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddMilliseconds(1);
        var index = new FlavourIndex();
        index.Append(At(1, RegistrationFlavour.Standard, expiresAt: 1));
        Assert.Equal(RegistrationFlavours.None, index.Held(now));
        index.Append(At(2, RegistrationFlavour.RoutingState, expiresAt: 2));
        Assert.Equal(RegistrationFlavours.RoutingState, index.Held(now));
        index.Append(At(3, RegistrationFlavour.Standard, expiresAt: 2));
        Assert.Equal(RegistrationFlavours.BothSigned, index.Held(now));
    }

    private static StoredRegistration At(ulong revision, RegistrationFlavour flavour, long expiresAt = 1) =>
        new(TestPeers.Id((int)revision), [], flavour, 1, revision, expiresAt, 0);
}
