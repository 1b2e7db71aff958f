using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RendezvousCluster.Testing.Certificates;

/// <summary>
/// A certificate authority that a test has for itself, and the PEM files of those whom it vouches for, in a folder that goes with it.
/// </summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("rendezvous-ca-").FullName;
    private readonly X509Certificate2 _authority;
    private int _issued;

    /// <param name="until">When it ends; null: not in our time.</param>
    public TestAuthority(DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _authority = request.CreateSelfSigned(From, until ?? Until);
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    /// <summary>The authority's certificate.</summary>
    public string AuthorityFile => Path.Combine(_folder, "ca.pem");

    /// <summary>Makes a key and a certificate for it.</summary>
    /// <param name="until">When it ends; null: not in our time.</param>
    /// <param name="name">Whose it is, as it says itself; null: a node's.</param>
    public (string Certificate, string Key) Issue(DateTimeOffset? until = null, X500DistinguishedName? name = null)
    {
        string file = $"node-{Interlocked.Increment(ref _issued)}";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name ?? new X500DistinguishedName($"CN={file}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        using X509Certificate2 certificate = request.Create(_authority, From, until ?? _authority.NotAfter, BitConverter.GetBytes(_issued));
        (string certificateFile, string keyFile) = (Path.Combine(_folder, $"{file}.pem"), Path.Combine(_folder, $"{file}.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return (certificateFile, keyFile);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
