using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>
/// The token that a caller needs who wants to change something: a user who can read its file may. It is made with the first start.
///
/// Rules. A file that others can read or write is not trusted. One that cannot be made or read keeps no server from serving peers: then
/// nobody can change anything through the API, and the refusal says why.
/// </summary>
internal sealed partial class AdminToken
{
    /// <summary>The file in the data directory.</summary>
    internal const string FileName = "admin.token";

    private const int Bytes = 32;
    private const int MaxFileBytes = 1024;

    private readonly byte[]? _digest;

    private AdminToken(byte[]? digest, string? whyNone) => (_digest, WhyNone) = (digest, whyNone);

    /// <summary>Why there is no token; null when there is one.</summary>
    public string? WhyNone { get; }

    /// <summary>Reads the token, or makes one where no file is.</summary>
    public static AdminToken LoadOrCreate(string path, ILogger logger)
    {
        try
        {
            string token = File.Exists(path) ? Read(path) : Create(path);
            return new AdminToken(Digest(token), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            string reason = $"the token file '{path}' cannot be used: {exception.Message}";
            LogNone(logger, reason);
            return new AdminToken(null, reason);
        }
    }

    /// <summary>Whether a caller has the token. The time that this takes says nothing about it.</summary>
    public bool IsHeldBy(string? authorization)
    {
        const string Scheme = "Bearer ";
        return _digest is not null
            && authorization is not null
            && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(_digest, Digest(authorization[Scheme.Length..].Trim()));
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static string Read(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path);
        if (PrivateFile.IsOpenToOthers(handle, path))
        {
            throw new InvalidDataException($"it {PrivateFile.Advice(path)}");
        }

        byte[] content = new byte[MaxFileBytes];
        string token = Encoding.UTF8.GetString(content, 0, RandomAccess.Read(handle, content, fileOffset: 0)).Trim();
        return token.Length >= Bytes
            ? token
            : throw new InvalidDataException(
                $"it holds fewer than {Bytes} characters; write that many random ones into it, and start the server again");
    }

    // Under its name only when it is whole, and never over the one that another process has just made.
    private static string Create(string path)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(draft, options))
            {
                file.Write(Encoding.ASCII.GetBytes(token + "\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: false);
            return token;
        }
        catch (IOException) when (File.Exists(path))
        {
            return Read(path);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    [LoggerMessage(3132, LogLevel.Information, "Nobody can change anything through the admin API: {Reason}")]
    private static partial void LogNone(ILogger logger, string reason);
}
