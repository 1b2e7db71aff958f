using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Mutual TLS between nodes: both sides of a connection must show a certificate that our own authority signed, whatever authorities the machine trusts besides.
/// That is what makes a node a node, so its host name is not looked at: nodes come and go at addresses that nobody knew when the certificates were made.
/// </summary>
internal sealed class ClusterCertificates
{
    private readonly X509Certificate2 _own;
    private readonly X509Certificate2Collection _authority;

    private ClusterCertificates(X509Certificate2 own, X509Certificate2Collection authority)
    {
        _own = own;
        _authority = authority;
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="RegistryStartException">One cannot be read, they do not belong together, or the certificate is out of date.</exception>
    public static ClusterCertificates Load(ClusterCertificateFiles files, DateTimeOffset now)
    {
        X509Certificate2Collection authority = LoadAuthority(files.Authority);
        var certificates = new ClusterCertificates(LoadOwn(files), authority);
        if (now < certificates._own.NotBefore || now > certificates._own.NotAfter)
        {
            throw new RegistryStartException(
                $"The certificate '{files.Certificate}' is valid from {certificates._own.NotBefore:u} to {certificates._own.NotAfter:u}, not now.");
        }

        return certificates.IsOurs(certificates._own)
            ? certificates
            : throw new RegistryStartException($"The certificate '{files.Certificate}' is not signed by the authority '{files.Authority}'; no node would take it.");
    }

    /// <summary>What the transport is given.</summary>
    public DotNettySslSetup ToSetup() => new(_own, suppressValidation: false, requireMutualAuthentication: true, customValidator: Validate);

    private bool Validate(X509Certificate2? certificate, X509Chain? chain, string peer, SslPolicyErrors errors, ILoggingAdapter log)
    {
        if (certificate is not null && IsOurs(certificate))
        {
            return true;
        }

        log.Warning("{0} showed {1} and is not let in.", peer, certificate is null ? "no certificate" : $"the certificate '{certificate.Subject}' of another authority");
        return false;
    }

    private bool IsOurs(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authority);
        // An authority of our own publishes no lists; a lost key means a new authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static X509Certificate2Collection LoadAuthority(string file)
    {
        var authority = new X509Certificate2Collection();
        try
        {
            authority.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreadable("authority", file, exception);
        }

        return authority.Count > 0 ? authority : throw new RegistryStartException($"The cluster's authority '{file}' holds no certificate in PEM.");
    }

    private static X509Certificate2 LoadOwn(ClusterCertificateFiles files)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Unreadable("certificate and key", $"{files.Certificate}', '{files.Key}", exception);
        }
    }

    private static RegistryStartException Unreadable(string what, string file, Exception exception) =>
        new($"The cluster's {what} '{file}' cannot be used: {exception.Message}", exception);
}
