using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Tests.Outages;

public sealed class HandedMemoriesTests
{
    private readonly HandedMemories _memories = new();

    [Fact]
    public void The_later_of_two_memories_of_a_journal_counts()
    {
        Assert.True(_memories.TryTake(Memory("a", sequence: 5)));
        Assert.False(_memories.TryTake(Memory("a", sequence: 4)));
        Assert.True(_memories.TryTake(Memory("a", sequence: 6)));

        Assert.Equal(6, _memories.Find("a")!.Sequence);
        Assert.Null(_memories.Find("b"));
        Assert.Equal(["a"], _memories.All);
    }

    [Fact]
    public void All_of_them_together_have_room_for_so_many_bytes()
    {
        int each = HandedMemory.MaxSnapshotBytes;
        int fitting = HandedMemories.MaxBytes / each;
        for (int number = 0; number < fitting; number++)
        {
            Assert.True(_memories.TryTake(Memory($"{number}", 1, each)));
        }

        Assert.False(_memories.TryTake(Memory("more", 1, each)));
        Assert.True(_memories.TryTake(Memory("0", 2, each))); // in the place of an earlier one

        _memories.Forget("1");
        Assert.True(_memories.TryTake(Memory("more", 1, each)));
    }

    [Fact]
    public void A_memory_is_forgotten_the_second_time()
    {
        _memories.TryTake(Memory("a", 1));
        _memories.ForgetOld();
        _memories.TryTake(Memory("b", 1));
        Assert.NotNull(_memories.Find("a"));

        _memories.ForgetOld();
        Assert.Equal(["b"], _memories.All);

        _memories.ForgetOld();
        Assert.True(_memories.IsEmpty);
        Assert.True(_memories.TryTake(Memory("a", 1, HandedMemories.MaxBytes))); // all room is free again
    }

    private static HandedMemory Memory(string id, long sequence, int bytes = 1) =>
        new(id, sequence, FencingToken: 1, "writer", WriterBefore: null, "sn", new byte[bytes]);
}
