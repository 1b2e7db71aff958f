namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// The PEM files by which nodes know one another. They are looked at while the node runs: new ones are in use some seconds after they are
/// written.
/// </summary>
/// <param name="Certificate">This node's certificate.</param>
/// <param name="Key">Its private key, unencrypted; readable by the server's user alone.</param>
/// <param name="Authority">The certificates of the authority that signs those of all nodes. A holder of a certificate of it can be a node:
/// let it sign nothing else.</param>
public sealed record ClusterCertificateFiles(string Certificate, string Key, string Authority);
