using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing.Certificates;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class ClusterCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Both_sides_of_a_connection_must_show_a_certificate()
    {
        (string certificate, string key) = _authority.Issue();

        var setup = ClusterCertificates.Load(new ClusterCertificateFiles(certificate, key, _authority.AuthorityFile), Now).ToSetup();

        Assert.True(setup.RequireMutualAuthentication);
        Assert.False(setup.SuppressValidation);
        Assert.NotNull(setup.CustomValidator);
        Assert.True(setup.Certificate.HasPrivateKey);
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

        Assert.Contains($"'{key}' holds no certificate", Refusal(certificate, key, key), StringComparison.Ordinal);
        Assert.Contains($"'{key}', '{certificate}' cannot be used", Refusal(key, certificate, _authority.AuthorityFile), StringComparison.Ordinal);
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

    private static string Refusal(string certificate, string key, string authority)
    {
        var refused = Assert.Throws<RegistryStartException>(
            () => ClusterCertificates.Load(new ClusterCertificateFiles(certificate, key, authority), Now));
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }
}
