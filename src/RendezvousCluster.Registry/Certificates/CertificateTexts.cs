using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Certificates;

/// <summary>What stands in the PEM files, read once: what is compared, checked and used is the same.</summary>
/// <param name="Certificate">This node's certificate, and those between it and the authority.</param>
/// <param name="Key">Its private key.</param>
/// <param name="Authority">The authorities that are trusted.</param>
internal sealed record CertificateTexts(string Certificate, string Key, string Authority)
{
    /// <summary>Of each file: hundreds of certificates.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <summary>By which another content is recognised without keeping the key's text.</summary>
    public byte[] Fingerprint() => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', Certificate, Key, Authority)));

    /// <summary>Reads the files.</summary>
    /// <exception cref="RegistryStartException">One cannot be read, or others can read the key.</exception>
    public static CertificateTexts Read(ClusterCertificateFiles files) => new(
        Read(files.Certificate, "certificate"), Read(files.Key, "key", isSecret: true), Read(files.Authority, "authority"));

    private static string Read(string path, string what, bool isSecret = false)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            if (isSecret && PrivateFile.IsOpenToOthers(handle, path))
            {
                throw new RegistryStartException($"The cluster's {what} '{path}' {PrivateFile.Advice(path)}");
            }

            using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            byte[] content = new byte[MaxFileBytes + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length <= MaxFileBytes
                ? Encoding.UTF8.GetString(content, 0, length)
                : throw new RegistryStartException(
                    $"The cluster's {what} '{path}' is larger than {MaxFileBytes} bytes, which no {what} is.");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RegistryStartException($"The cluster's {what} '{path}' cannot be used: {exception.Message}", exception);
        }
    }
}
