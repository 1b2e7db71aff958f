using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Tests.Identity;

public sealed class IdentityKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("identity-key-file-").FullName;

    private string KeyPath => Path.Combine(_folder, "identity.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_first_start_makes_an_ed25519_key_and_the_second_finds_it()
    {
        KeyPair first = IdentityKeyFile.LoadOrCreate(KeyPath);
        KeyPair second = IdentityKeyFile.LoadOrCreate(KeyPath);

        Assert.Equal(KeyType.Ed25519, first.PublicKey.Type);
        Assert.Equal(first.PeerId, second.PeerId);
        Assert.Equal(first.PeerId, IdentityKeyFile.Load(KeyPath).PeerId);
    }

    [Fact]
    public void The_file_is_one_line_of_base64_for_its_owner_only_and_nothing_else_is_left()
    {
        KeyPair keyPair = IdentityKeyFile.LoadOrCreate(KeyPath);

        Assert.Equal(Convert.ToBase64String(keyPair.EncodePrivateKey()) + "\n", File.ReadAllText(KeyPath));
        Assert.Equal([KeyPath], Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        }
    }

    [Fact]
    public void Missing_folders_are_made()
    {
        string path = Path.Combine(_folder, "a", "b", "identity.key");

        Assert.Equal(IdentityKeyFile.LoadOrCreate(path).PeerId, IdentityKeyFile.Load(path).PeerId);
    }

    [Fact]
    public async Task Processes_that_start_at_once_all_use_the_key_of_one()
    {
        PeerId[] peerIds =
            await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => IdentityKeyFile.LoadOrCreate(KeyPath).PeerId)));

        Assert.Single(peerIds.Distinct());
        Assert.Equal([KeyPath], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Secp256k1)]
    [InlineData(KeyType.Ecdsa)]
    [InlineData(KeyType.Rsa)]
    public void Bare_protobuf_files_of_other_tools_are_read(KeyType type)
    {
        KeyPair keyPair = KeyPair.Generate(type);
        WriteForOwnerOnly(keyPair.EncodePrivateKey());

        Assert.Equal(keyPair.PeerId, IdentityKeyFile.LoadOrCreate(KeyPath).PeerId);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_open_to_others_is_refused_with_the_cure_and_left_alone(UnixFileMode open)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        IdentityKeyFile.LoadOrCreate(KeyPath);
        byte[] before = File.ReadAllBytes(KeyPath);
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | open);

        var exception = Assert.Throws<IdentityKeyFileException>(() => IdentityKeyFile.LoadOrCreate(KeyPath));

        Assert.Contains($"chmod 600 '{KeyPath}'", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(KeyPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("hello\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n")]
    [InlineData("CAESQA==\n")]
    [InlineData("\u0008\u0001")]
    public void A_malformed_file_is_refused_and_never_replaced(string content)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(content);
        WriteForOwnerOnly(bytes);

        var exception = Assert.Throws<IdentityKeyFileException>(() => IdentityKeyFile.LoadOrCreate(KeyPath));

        Assert.Contains(KeyPath, exception.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(KeyPath));
    }

    [Fact]
    public void A_file_of_the_largest_size_is_read_and_a_larger_one_refused_by_its_length()
    {
        KeyPair keyPair = KeyPair.GenerateEd25519();
        byte[] padded = [.. System.Text.Encoding.ASCII.GetBytes(
            Convert.ToBase64String(keyPair.EncodePrivateKey()).PadRight(IdentityKeyFile.MaxFileBytes))];
        WriteForOwnerOnly(padded);
        Assert.Equal(keyPair.PeerId, IdentityKeyFile.Load(KeyPath).PeerId);

        WriteForOwnerOnly([.. padded, (byte)' ']);
        var exception = Assert.Throws<IdentityKeyFileException>(() => IdentityKeyFile.Load(KeyPath));
        Assert.Contains("too large", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_not_a_file_is_refused_in_one_sentence()
    {
        Assert.Throws<IdentityKeyFileException>(() => IdentityKeyFile.LoadOrCreate(_folder));
        Assert.Throws<IdentityKeyFileException>(() => IdentityKeyFile.Load(KeyPath));
        IdentityKeyFile.LoadOrCreate(KeyPath);
        Assert.Throws<IdentityKeyFileException>(() => IdentityKeyFile.LoadOrCreate(Path.Combine(KeyPath, "below-a-file")));
    }

    private void WriteForOwnerOnly(byte[] content)
    {
        File.WriteAllBytes(KeyPath, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
