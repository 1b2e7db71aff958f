using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

public sealed class RevisionIndexTests
{
    [Fact]
    public void The_index_agrees_with_a_sorted_list_under_random_changes()
    {
        Random random = SeededRandom.Create(out int seed);
        var index = new RevisionIndex();
        var model = new List<StoredRegistration>();
        ulong revision = 0;
        for (int step = 0; step < 6000; step++)
        {
            if (model.Count > 0 && random.Next(100) < (step < 3000 ? 40 : 60))
            {
                int victim = random.Next(model.Count);
                index.Remove(model[victim]);
                model.RemoveAt(victim);
            }
            else
            {
                StoredRegistration added = At(revision += (ulong)random.Next(1, 4));
                index.Append(added);
                model.Add(added);
            }

            if (step % 20 == 0)
            {
                ulong after = (ulong)random.NextInt64((long)revision + 2);
                Assert.True(
                    model.Where(r => r.Revision > after).SequenceEqual(index.After(after)), $"seed {seed}, step {step}, after {after}");
            }
        }

        Assert.Equal(model.Count, index.Count);
    }

    [Fact]
    public void Chunks_emptied_in_the_middle_are_joined()
    {
        var index = new RevisionIndex();
        StoredRegistration[] all = [.. Enumerable.Range(1, 10_000).Select(revision => At((ulong)revision))];
        Array.ForEach(all, index.Append);

        // One in fifty stays: without joining, each of the 40 chunks would live on with five entries.
        foreach (StoredRegistration registration in all.Where(r => r.Revision % 50 != 0))
        {
            index.Remove(registration);
        }

        Assert.Equal(200, index.Count);
        Assert.InRange(index.ChunkCount, 1, 8);
        Assert.Equal(all.Where(r => r.Revision % 50 == 0), index.After(0));
    }

    [Fact]
    public void A_revision_out_of_order_is_refused()
    {
        var index = new RevisionIndex();
        index.Append(At(5));

        Assert.Throws<InvalidOperationException>(() => index.Append(At(5)));
        index.Append(At(6));
    }

    [Fact]
    public void Removing_what_is_not_there_is_refused()
    {
        var index = new RevisionIndex();
        Assert.Throws<InvalidOperationException>(() => index.Remove(At(5)));
        index.Append(At(5));
        Assert.Throws<InvalidOperationException>(() => index.Remove(At(4)));
        Assert.Throws<InvalidOperationException>(() => index.Remove(At(5)));
    }

    private static StoredRegistration At(ulong revision) => new(TestPeers.Id(1), [], RegistrationFlavour.Standard, 1, revision, 0, 0);
}
