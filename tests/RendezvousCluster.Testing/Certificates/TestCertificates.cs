namespace RendezvousCluster.Testing.Certificates;

/// <summary>
/// The certificate that all nodes of a test run show one another, made once for it. A node is one by its authority, so that one certificate
/// is enough.
/// </summary>
public static class TestCertificates
{
    private static readonly Lazy<(TestAuthority Authority, string Certificate, string Key)> Made = new(() =>
    {
        var authority = new TestAuthority();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => authority.Dispose();
        (string certificate, string key) = authority.Issue();
        return (authority, certificate, key);
    });

    /// <summary>The files.</summary>
    public static (string Certificate, string Key, string Authority) Files =>
        (Made.Value.Certificate, Made.Value.Key, Made.Value.Authority.AuthorityFile);

    /// <summary>The options of the server that name them.</summary>
    public static string[] Options =>
        ["--cluster-certificate", Files.Certificate, "--cluster-key", Files.Key, "--cluster-authority", Files.Authority];
}
