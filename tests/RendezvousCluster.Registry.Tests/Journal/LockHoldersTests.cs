using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Journal;

public sealed class LockHoldersTests
{
    private const string Locks =
        """
        1: POSIX  ADVISORY  WRITE 11 08:01:42 0 EOF
        2: FLOCK  ADVISORY  WRITE 12 08:01:42 0 EOF
        3: FLOCK  ADVISORY  READ 13 08:01:42 0 EOF
        3: -> FLOCK  ADVISORY  WRITE 14 08:01:42 0 EOF
        4: FLOCK  ADVISORY  WRITE 15 08:01:142 0 EOF

        """;

    [Fact]
    public void Holders_of_a_whole_file_are_found_by_its_inode() => Assert.Equal([12, 13], LockHolders.Of(Locks, inode: 42));

    [Fact]
    public void A_lock_of_this_user_is_not_a_strangers_one()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.False(LockHolders.AreStrangers(file)); // nobody has it
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            Assert.False(LockHolders.AreStrangers(file));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
