using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Core.Tests.Directories;

public sealed class NamespaceKeyTests
{
    [Fact]
    public void A_key_is_the_hash_of_the_name()
    {
        byte[] bytes = new byte[NamespaceKey.SizeBytes];
        NamespaceKey.Of(RendezvousNamespace.Parse("chat")).Write(bytes);

        Assert.Equal(System.Security.Cryptography.SHA256.HashData("chat"u8), bytes);
        Assert.Equal(NamespaceKey.Of(RendezvousNamespace.Parse("chat")), NamespaceKey.Read(bytes));
    }

    [Fact]
    public void Keys_are_ordered_as_their_bytes()
    {
        Random random = SeededRandom.Create(out int seed);
        for (int round = 0; round < 200; round++)
        {
            byte[] left = new byte[NamespaceKey.SizeBytes];
            byte[] right = new byte[NamespaceKey.SizeBytes];
            random.NextBytes(left);
            left.CopyTo(right, 0);
            right[random.Next(right.Length)] ^= (byte)random.Next(1, 256);

            int expected = left.AsSpan().SequenceCompareTo(right);
            Assert.True(
                Math.Sign(expected) == Math.Sign(NamespaceKey.Read(left).CompareTo(NamespaceKey.Read(right))),
                $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void The_next_key_is_one_higher_and_the_last_has_none()
    {
        Assert.Equal(new NamespaceKey(0, 1), NamespaceKey.First.Next());
        Assert.Equal(new NamespaceKey(8, 0), new NamespaceKey(7, UInt128.MaxValue).Next());
        Assert.Null(NamespaceKey.Last.Next());
    }

    [Fact]
    public void The_parts_of_the_directory_follow_one_another_without_a_gap()
    {
        Assert.Equal(0, DirectoryParts.Of(NamespaceKey.First));
        for (int part = 0; part < DirectoryParts.Count - 1; part++)
        {
            NamespaceKey first = DirectoryParts.FirstAfter(part)!.Value;
            Assert.Equal(part + 1, DirectoryParts.Of(first));
            Assert.Equal(part, DirectoryParts.Of(new NamespaceKey(first.High - 1, UInt128.MaxValue)));
        }

        Assert.Equal(DirectoryParts.Count - 1, DirectoryParts.Of(NamespaceKey.Last));
        Assert.Null(DirectoryParts.FirstAfter(DirectoryParts.Count - 1));
    }
}
