using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing.Certificates;

namespace RendezvousCluster.Registry.Tests.Links;

/// <summary>The files of a node, which are written again and again.</summary>
internal sealed class CertificateFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rendezvous-certificates-").FullName;

    public ClusterCertificateFiles Files => new(In("node.pem"), In("node.key"), In("ca.pem"));

    /// <summary>Writes a certificate, its key, and whom the node trusts.</summary>
    public void Write((string Certificate, string Key) issued, params TestAuthority[] trusted)
    {
        File.WriteAllText(Files.Certificate, File.ReadAllText(issued.Certificate));
        File.Copy(issued.Key, Files.Key, overwrite: true); // with its mode
        File.WriteAllText(Files.Authority, string.Join('\n', trusted.Select(authority => File.ReadAllText(authority.AuthorityFile))));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);
}
