using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Options;

public sealed class SecretFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_line_break_at_the_end_is_no_part_of_the_secret()
    {
        File.WriteAllText(_file, "Host=db;Password=a b\n");

        Assert.Equal("Host=db;Password=a b", SecretFile.Read(_file));
        Assert.Null(SecretFile.Read(null));
    }

    [Fact]
    public void A_file_without_a_secret_is_told()
    {
        Assert.Equal($"The file '{_file}' is empty.", Assert.Throws<ServerStartException>(() => SecretFile.Read(_file)).Message);
        Assert.StartsWith(
            "The file '/no/such/file' cannot be read: ", Assert.Throws<ServerStartException>(() => SecretFile.Read("/no/such/file")).Message, StringComparison.Ordinal);
    }
}
