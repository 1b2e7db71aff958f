using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Server.Management.Admin;

namespace RendezvousCluster.Server.Tests.Management.Admin;

[UnsupportedOSPlatform("windows")]
public sealed class AdminTokenTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rendezvous-token-").FullName;

    private string File => Path.Combine(_folder, "data", AdminToken.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_first_start_makes_a_token_that_only_the_owner_can_read_and_the_next_start_reads_it()
    {
        AdminToken made = Load();
        string text = System.IO.File.ReadAllText(File).Trim();

        Assert.Equal(64, text.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.True(made.IsHeldBy($"Bearer {text}"));
        Assert.True(Load().IsHeldBy($"bearer {text}"));
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Bearer 00")]
    [InlineData("Basic TOKEN")]
    [InlineData("TOKEN")]
    public void A_caller_without_the_token_does_not_hold_it(string? authorization)
    {
        AdminToken token = Load();

        Assert.False(token.IsHeldBy(authorization?.Replace("TOKEN", System.IO.File.ReadAllText(File).Trim(), StringComparison.Ordinal)));
    }

    [Fact]
    public void A_token_that_others_can_read_is_held_by_nobody()
    {
        Load();
        string text = System.IO.File.ReadAllText(File).Trim();
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        AdminToken token = Load();

        Assert.False(token.IsHeldBy($"Bearer {text}"));
        Assert.Contains("chmod 600", token.WhyNone, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    public void A_token_that_can_be_guessed_is_held_by_nobody(string text)
    {
        Load();
        System.IO.File.WriteAllText(File, text);

        AdminToken token = Load();

        Assert.False(token.IsHeldBy($"Bearer {text}"));
        Assert.NotNull(token.WhyNone);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_leaves_a_server_without_a_token()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "data"), "a file");

        Assert.NotNull(Load().WhyNone);
    }

    private AdminToken Load() => AdminToken.LoadOrCreate(File, NullLogger.Instance);
}
