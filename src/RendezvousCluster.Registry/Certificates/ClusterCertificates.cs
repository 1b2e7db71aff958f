using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Certificates;

/// <summary>
/// Mutual TLS between nodes: both sides of a connection must show a certificate that our own authority signed, regardless of the
/// authorities that the machine trusts besides. That is what makes a node a node, so its host name is not looked at: nodes come and go at
/// addresses that nobody knew when the certificates were made.
/// </summary>
internal sealed class ClusterCertificates
{
    private readonly X509Certificate2Collection[] _trusted;
    private readonly SslStreamCertificateContext _shown;

    private ClusterCertificates(X509Certificate2 own, X509Certificate2Collection between, X509Certificate2Collection authority)
    {
        // All together, and each by itself: of two with the same name, as when one replaces another, the system tries one only.
        _trusted = [authority, .. authority.Count > 1 ? authority.Select(one => new X509Certificate2Collection(one)) : []];
        _shown = SslStreamCertificateContext.Create(own, between, offline: true);
    }

    /// <summary>When the first one ends of those that make this node a node: its own, and those that vouch for it.</summary>
    public DateTimeOffset ValidUntil => NodeUntil < AuthorityUntil ? NodeUntil : AuthorityUntil;

    /// <summary>When this node's own ends.</summary>
    public DateTimeOffset NodeUntil { get; private set; }

    /// <summary>When the first one ends of those that vouch for it.</summary>
    public DateTimeOffset AuthorityUntil { get; private set; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="RegistryStartException">
    /// One cannot be read, others can read the key, they do not belong together, or the certificate is out of date.
    /// </exception>
    public static ClusterCertificates Load(ClusterCertificateFiles files, DateTimeOffset now) =>
        From(CertificateTexts.Read(files), files, now);

    /// <summary>Makes what nodes show and trust of what the files hold.</summary>
    /// <param name="texts">What they hold.</param>
    /// <param name="files">Their names, for messages.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RegistryStartException">They do not belong together, or the certificate is out of date.</exception>
    public static ClusterCertificates From(CertificateTexts texts, ClusterCertificateFiles files, DateTimeOffset now)
    {
        X509Certificate2Collection authority = LoadAuthority(texts, files);
        (X509Certificate2 own, X509Certificate2Collection between) = LoadOwn(texts, files);
        if (now < own.NotBefore || now > own.NotAfter)
        {
            throw new RegistryStartException(
                $"The certificate '{files.Certificate}' is valid from {own.NotBefore:u} to {own.NotAfter:u}, not now.");
        }

        var certificates = new ClusterCertificates(own, between, authority);
        (StrangerKind? suspicion, certificates.AuthorityUntil) = certificates.Examine(own, between, now);
        certificates.NodeUntil = own.NotAfter;
        return suspicion is null
            ? certificates
            : throw new RegistryStartException(
                $"The certificate '{files.Certificate}' is not signed by the authority '{files.Authority}'; no node would take it.");
    }

    /// <summary>Why somebody is not of the cluster; null when it is.</summary>
    /// <param name="shown">Its certificate; null when it has shown none.</param>
    /// <param name="sent">Those that it has sent besides.</param>
    /// <param name="now">The time.</param>
    public StrangerKind? Judge(X509Certificate2? shown, X509Certificate2Collection? sent, DateTimeOffset now) =>
        shown is null ? StrangerKind.NoCertificate : Examine(shown, sent, now).Suspicion;

    /// <summary>What is demanded of somebody who dials this node.</summary>
    public SslServerAuthenticationOptions ToServerOptions(RemoteCertificateValidationCallback judge) => new()
    {
        ServerCertificateContext = _shown,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = judge,
        CertificateChainPolicy = NewPolicy(_trusted[0]),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        AllowRenegotiation = false,
        // A node that was of the cluster once shows its certificate again each time.
        AllowTlsResume = false,
    };

    /// <summary>What is demanded of somebody whom this node dials.</summary>
    public SslClientAuthenticationOptions ToClientOptions(RemoteCertificateValidationCallback judge) => new()
    {
        ClientCertificateContext = _shown,
        RemoteCertificateValidationCallback = judge,
        CertificateChainPolicy = NewPolicy(_trusted[0]),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    /// <summary>Why a certificate is not one of a node, and until when all are valid that vouch for it.</summary>
    private (StrangerKind? Suspicion, DateTimeOffset AuthorityUntil) Examine(
        X509Certificate2 shown, X509Certificate2Collection? between, DateTimeOffset now)
    {
        bool isOnlyLate = false;
        foreach (X509Certificate2Collection trusted in _trusted)
        {
            X509ChainPolicy policy = NewPolicy(trusted);
            policy.VerificationTime = now.LocalDateTime;
            if (between is not null)
            {
                policy.ExtraStore.AddRange(between);
            }

            using var chain = new X509Chain { ChainPolicy = policy };
            if (chain.Build(shown))
            {
                return (null, chain.ChainElements.Skip(1).Select(element => (DateTimeOffset)element.Certificate.NotAfter)
                    .DefaultIfEmpty(shown.NotAfter).Min());
            }

            isOnlyLate |= chain.ChainStatus.All(
                status => status.Status is X509ChainStatusFlags.NotTimeValid or X509ChainStatusFlags.NotTimeNested);
        }

        return (isOnlyLate ? StrangerKind.OutOfDate : StrangerKind.OtherAuthority, DateTimeOffset.MinValue);
    }

    private static X509ChainPolicy NewPolicy(X509Certificate2Collection trusted)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // An authority of our own publishes no lists; a lost key means a new authority.
            RevocationMode = X509RevocationMode.NoCheck,
            // A stranger's certificate may name any URL, and nothing is fetched for strangers.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(trusted);
        return policy;
    }

    private static X509Certificate2Collection LoadAuthority(CertificateTexts texts, ClusterCertificateFiles files)
    {
        var authority = new X509Certificate2Collection();
        try
        {
            authority.ImportFromPem(texts.Authority);
        }
        catch (CryptographicException exception)
        {
            throw Unusable("authority", files.Authority, exception);
        }

        return authority.Count > 0
            ? authority
            : throw new RegistryStartException($"The cluster's authority '{files.Authority}' holds no certificate in PEM.");
    }

    private static (X509Certificate2 Own, X509Certificate2Collection Between) LoadOwn(CertificateTexts texts, ClusterCertificateFiles files)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(texts.Certificate);
            return (X509Certificate2.CreateFromPem(texts.Certificate, texts.Key), [.. all.Skip(1)]);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Unusable("certificate and key", $"{files.Certificate}', '{files.Key}", exception);
        }
    }

    private static RegistryStartException Unusable(string what, string file, Exception exception) =>
        new($"The cluster's {what} '{file}' cannot be used: {exception.Message}", exception);
}
