using System.Runtime.Versioning;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Testing.Logs;

namespace RendezvousCluster.Server.Tests.Options;

[UnsupportedOSPlatform("windows")]
public sealed class SecretFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly LogLines<SecretFileTests> _log = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_secret_ends_before_the_line_break()
    {
        File.WriteAllText(_file, "Host=db;Password=a b\n");

        Assert.Equal("Host=db;Password=a b", SecretFile.Read(_file, _log));
        Assert.Null(SecretFile.Read(null, _log));
    }

    [Fact]
    public void A_warning_names_a_file_that_others_can_read_and_no_other()
    {
        File.WriteAllText(_file, "Host=db");
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.NotNull(SecretFile.Read(_file, _log));
        Assert.Empty(_log.Lines);

        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.NotNull(SecretFile.Read(_file, _log));
        Assert.Equal([$"The file '{_file}' is open to other users of this machine; run: chmod 600 '{_file}'."], _log.Lines);
    }

    [Fact]
    public void A_file_without_a_secret_is_refused_by_name()
    {
        Assert.Equal($"The file '{_file}' is empty.", Assert.Throws<ServerStartException>(() => SecretFile.Read(_file, _log)).Message);
        Assert.StartsWith(
            "The file '/no/such/file' cannot be read: ",
            Assert.Throws<ServerStartException>(() => SecretFile.Read("/no/such/file", _log)).Message, StringComparison.Ordinal);
    }
}
