using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Security;

namespace RendezvousCluster.Testing.Transports;

/// <summary>
/// How the ends of a native connection prove who they are: each sends its identity key with a nonce, then signs both nonces and its role.
/// Nothing binds that to a channel, which is all right in one process, and nowhere else.
/// </summary>
internal static class NativeHandshake
{
    private const int NonceBytes = 32;
    private const byte DiallerRole = 1;
    private const byte ListenerRole = 2;

    public static Task<PublicKey> DialAsync(NativeConnection connection, KeyPair identity, CancellationToken cancellationToken) =>
        RunAsync(connection, identity, DiallerRole, ListenerRole, onFirst: null, cancellationToken);

    /// <param name="connection">Accepted.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="onFirst">Called when the dialler has said something.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<PublicKey> ListenAsync(
        NativeConnection connection, KeyPair identity, Action onFirst, CancellationToken cancellationToken) =>
        RunAsync(connection, identity, ListenerRole, DiallerRole, onFirst, cancellationToken);

    private static async Task<PublicKey> RunAsync(
        NativeConnection connection, KeyPair identity, byte role, byte remoteRole, Action? onFirst, CancellationToken cancellationToken)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        byte[] hello = [.. nonce, .. identity.PublicKey.Encoded.Span];
        if (role == DiallerRole)
        {
            connection.Send(hello);
        }

        byte[] remote = await connection.ReceiveAsync(cancellationToken);
        onFirst?.Invoke();
        if (remote.Length < NonceBytes || !PublicKey.TryDecode(remote.AsSpan(NonceBytes), out PublicKey? key))
        {
            throw new SecurityHandshakeException(SecurityHandshakeError.Malformed, "The hello is not a nonce and a key.");
        }

        if (role == ListenerRole)
        {
            connection.Send(hello);
        }

        byte[] remoteNonce = remote[..NonceBytes];
        connection.Send(identity.Sign([role, .. nonce, .. remoteNonce]));
        byte[] signature = await connection.ReceiveAsync(cancellationToken);
        return key.Verify([remoteRole, .. remoteNonce, .. nonce], signature)
            ? key
            : throw new SecurityHandshakeException(SecurityHandshakeError.InvalidIdentity, "The proof is not the key's.");
    }
}
