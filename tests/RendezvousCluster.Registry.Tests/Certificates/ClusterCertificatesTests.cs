using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing.Certificates;

namespace RendezvousCluster.Registry.Tests.Certificates;

[UnsupportedOSPlatform("windows")]
public sealed class ClusterCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Both_sides_of_a_connection_must_show_a_certificate()
    {
        (string certificate, string key) = _authority.Issue();

        var certificates = ClusterCertificates.Load(new ClusterCertificateFiles(certificate, key, _authority.AuthorityFile), Now);

        SslServerAuthenticationOptions server = certificates.ToServerOptions((_, _, _, _) => false);
        Assert.True(server.ClientCertificateRequired);
        Assert.False(server.AllowTlsResume);
        Assert.True(server.CertificateChainPolicy!.DisableCertificateDownloads);
        SslClientAuthenticationOptions client = certificates.ToClientOptions((_, _, _, _) => false);
        Assert.True(client.ClientCertificateContext!.TargetCertificate.HasPrivateKey);
        Assert.True(client.CertificateChainPolicy!.DisableCertificateDownloads);
    }

    [Fact]
    public void Membership_of_the_cluster_follows_from_the_authority_and_the_time()
    {
        using var other = new TestAuthority();
        (string certificate, string key) = _authority.Issue();
        var certificates = ClusterCertificates.Load(new ClusterCertificateFiles(certificate, key, _authority.AuthorityFile), Now);

        Assert.Null(certificates.Judge(Read(_authority.Issue()), null, Now));
        Assert.Equal(StrangerKind.NoCertificate, certificates.Judge(null, null, Now));
        Assert.Equal(StrangerKind.OtherAuthority, certificates.Judge(Read(other.Issue()), null, Now));
        Assert.Equal(StrangerKind.OutOfDate, certificates.Judge(Read(_authority.Issue(until: Now.AddDays(1))), null, Now.AddDays(2)));
        Assert.Equal(StrangerKind.OtherAuthority, certificates.Judge(Read(other.Issue(until: Now.AddDays(1))), null, Now.AddDays(2)));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_that_others_can_get_at_is_refused_as_the_identity_is(UnixFileMode others)
    {
        (string certificate, string key) = _authority.Issue();
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);

        Assert.Equal(
            $"The cluster's key '{key}' is open to other users of this machine; run: chmod 600 '{key}'.",
            Refusal(certificate, key, _authority.AuthorityFile));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        (string certificate, string key) = _authority.Issue();

        Assert.Contains("'/no/certificate'", Refusal("/no/certificate", key, _authority.AuthorityFile), StringComparison.Ordinal);
        Assert.Contains("'/no/key'", Refusal(certificate, "/no/key", _authority.AuthorityFile), StringComparison.Ordinal);
        Assert.Contains("'/no/authority'", Refusal(certificate, key, "/no/authority"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_kind_is_named()
    {
        (string certificate, string key) = _authority.Issue();

        File.SetUnixFileMode(certificate, UnixFileMode.UserRead);
        Assert.Contains($"'{key}' holds no certificate", Refusal(certificate, key, key), StringComparison.Ordinal);
        Assert.Contains(
            $"'{key}', '{certificate}' cannot be used", Refusal(key, certificate, _authority.AuthorityFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        (string certificate, _) = _authority.Issue();
        (_, string otherKey) = _authority.Issue();

        Assert.Contains("cannot be used", Refusal(certificate, otherKey, _authority.AuthorityFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_no_node_would_take_is_refused_at_the_start()
    {
        using var other = new TestAuthority();
        (string certificate, string key) = other.Issue();

        Assert.Contains("is not signed by the authority", Refusal(certificate, key, _authority.AuthorityFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_out_of_date_is_refused_at_the_start()
    {
        (string certificate, string key) = _authority.Issue(until: Now.AddDays(-1));

        Assert.Contains("to 2029-12-31 00:00:00Z, not now", Refusal(certificate, key, _authority.AuthorityFile), StringComparison.Ordinal);
    }

    private static X509Certificate2 Read((string Certificate, string Key) issued) =>
        X509CertificateLoader.LoadCertificateFromFile(issued.Certificate);

    private static string Refusal(string certificate, string key, string authority)
    {
        var refused = Assert.Throws<RegistryStartException>(
            () => ClusterCertificates.Load(new ClusterCertificateFiles(certificate, key, authority), Now));
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }
}
