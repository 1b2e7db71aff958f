using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>
/// Keeps an identity in a file, so that a peer has the same id after a restart. The file holds the protobuf <c>PrivateKey</c> of the
/// peer-ids spec as one line of base64 text; the bare protobuf bytes, as Go and JavaScript tools write them, are read as well.
/// </summary>
/// <remarks>
/// A reader of the file can be this peer, so a file that others can read or write is refused rather than warned about. A new file appears
/// under its name only when it is complete and on disk: a crash leaves no half of a key, and of two processes that start at once, both use
/// the key of one.
/// </remarks>
public static class IdentityKeyFile
{
    /// <summary>Largest file read, in bytes: the largest key, RSA with 8192 bits, in base64, twice over.</summary>
    public const int MaxFileBytes = 16 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>First byte of the protobuf form (the tag of its type); no base64 text begins with it.</summary>
    private const byte ProtobufTypeTag = 0x08;

    /// <summary>Reads the identity, or makes a new Ed25519 one where no file is; missing folders are made too.</summary>
    /// <exception cref="IdentityKeyFileException">The file is unreadable, malformed or open to others, or could not be written.</exception>
    public static KeyPair LoadOrCreate(string path)
    {
        string fullPath = Path.GetFullPath(path);
        if (TryLoad(fullPath, out KeyPair? existing))
        {
            return existing;
        }

        var created = KeyPair.GenerateEd25519();
        return TryCreate(fullPath, created) ? created : Load(fullPath);
    }

    /// <summary>Reads the identity.</summary>
    /// <exception cref="IdentityKeyFileException">The file is missing, unreadable, malformed or open to others.</exception>
    public static KeyPair Load(string path) =>
        TryLoad(Path.GetFullPath(path), out KeyPair? keyPair)
            ? keyPair
            : throw new IdentityKeyFileException($"There is no identity key file '{path}'.");

    private static bool TryLoad(string path, [NotNullWhen(true)] out KeyPair? keyPair)
    {
        keyPair = null;
        byte[] content;
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            if (PrivateFile.IsOpenToOthers(handle, path))
            {
                throw new IdentityKeyFileException($"The identity key file '{path}' {PrivateFile.Advice(path)}");
            }

            long length = RandomAccess.GetLength(handle);
            if (length > MaxFileBytes)
            {
                throw new IdentityKeyFileException($"The identity key file '{path}' has {length} bytes, which is too large for a key.");
            }

            content = new byte[length];
            int read = RandomAccess.Read(handle, content, fileOffset: 0);
            content = content[..read];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IdentityKeyFileException($"The identity key file '{path}' cannot be read: {exception.Message}", exception);
        }

        bool decoded = TryDecode(content, out keyPair);
        CryptographicOperations.ZeroMemory(content);
        return decoded
            ? true
            : throw new IdentityKeyFileException(
                $"The identity key file '{path}' holds no libp2p private key. Restore it from a copy: no other key has this peer id. The "
                + "file is left as it is.");
    }

    private static bool TryDecode(ReadOnlySpan<byte> content, [NotNullWhen(true)] out KeyPair? keyPair)
    {
        if (content is [ProtobufTypeTag, ..])
        {
            return KeyPair.TryDecode(content, out keyPair);
        }

        keyPair = null;
        byte[] decoded = new byte[content.Length];
        bool isBase64 = Convert.TryFromBase64String(Encoding.ASCII.GetString(content).Trim(), decoded, out int length);
        bool isKey = isBase64 && KeyPair.TryDecode(decoded.AsSpan(0, length), out keyPair);
        CryptographicOperations.ZeroMemory(decoded);
        return isKey;
    }

    // Beside a key there are other things that no other user should see.
    private static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>False when another process has just made the file.</summary>
    private static bool TryCreate(string path, KeyPair keyPair)
    {
        string temporaryPath = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            CreateDirectory(Path.GetDirectoryName(path)!);
            byte[] content = Encoding.ASCII.GetBytes(Convert.ToBase64String(keyPair.EncodePrivateKey()) + "\n");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new FileStream(temporaryPath, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            CryptographicOperations.ZeroMemory(content);
            return ExclusiveRename.TryMove(temporaryPath, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IdentityKeyFileException($"The identity key file '{path}' cannot be created: {exception.Message}", exception);
        }
        finally
        {
            if (File.Exists(temporaryPath))
            {
                File.Delete(temporaryPath);
            }
        }
    }
}
