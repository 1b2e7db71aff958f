using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>
/// The only file that calls native code: Ed25519 and X25519 from libsodium (NuGet package <c>libsodium</c>).
/// </summary>
/// <remarks>
/// Why not a binding: NSec keeps every key and shared secret in guarded memory, which makes an X25519 agreement four to five times
/// slower (about 160 µs instead of 35 µs) and bounds how many handshakes a core can answer; Geralt and Sodium.Core would put a package
/// between us and seven functions. Here each operation is one call over spans, without an allocation.
/// .NET itself has neither curve.
/// </remarks>
internal static partial class Sodium
{
    public const int X25519KeyBytes = 32;
    public const int Ed25519SeedBytes = 32;
    public const int Ed25519PublicKeyBytes = 32;

    /// <summary>libsodium's secret key is the 32-byte seed followed by the 32-byte public key: libp2p's form too.</summary>
    public const int Ed25519SecretKeyBytes = 64;
    public const int Ed25519SignatureBytes = 64;

    private const string Library = "libsodium";

    // Chooses the fastest implementation that the processor has; without it the portable ones run. Idempotent and thread-safe.
    static Sodium()
    {
        if (sodium_init() < 0)
        {
            throw new CryptographicException("libsodium could not be initialised.");
        }
    }

    /// <summary>Fills <paramref name="destination"/> from the system's generator.</summary>
    public static void RandomBytes(Span<byte> destination) => RandomNumberGenerator.Fill(destination);

    /// <summary>The X25519 public key of a secret: 32 bytes each.</summary>
    public static void X25519BaseMult(ReadOnlySpan<byte> secret, Span<byte> publicKey)
    {
        RequireLength(secret.Length, X25519KeyBytes, nameof(secret));
        RequireLength(publicKey.Length, X25519KeyBytes, nameof(publicKey));
        if (crypto_scalarmult_curve25519_base(publicKey, secret) != 0)
        {
            throw new CryptographicException("X25519 base multiplication failed.");
        }
    }

    /// <summary>
    /// The X25519 agreement, 32 bytes each. False when the result is all zero: <paramref name="publicKey"/> is then a point of low
    /// order, sent so that the secret is known to everyone, and <paramref name="shared"/> must not be used.
    /// </summary>
    public static bool X25519(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> publicKey, Span<byte> shared)
    {
        RequireLength(secret.Length, X25519KeyBytes, nameof(secret));
        RequireLength(publicKey.Length, X25519KeyBytes, nameof(publicKey));
        RequireLength(shared.Length, X25519KeyBytes, nameof(shared));
        return crypto_scalarmult_curve25519(shared, secret, publicKey) == 0;
    }

    /// <summary>Derives an Ed25519 key pair from its 32-byte seed.</summary>
    public static void Ed25519KeyPairFromSeed(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> secretKey)
    {
        RequireLength(seed.Length, Ed25519SeedBytes, nameof(seed));
        RequireLength(publicKey.Length, Ed25519PublicKeyBytes, nameof(publicKey));
        RequireLength(secretKey.Length, Ed25519SecretKeyBytes, nameof(secretKey));
        if (crypto_sign_ed25519_seed_keypair(publicKey, secretKey, seed) != 0)
        {
            throw new CryptographicException("Deriving an Ed25519 key pair failed.");
        }
    }

    /// <summary>Signs with the 64-byte secret key.</summary>
    public static void Ed25519Sign(ReadOnlySpan<byte> message, ReadOnlySpan<byte> secretKey, Span<byte> signature)
    {
        RequireLength(secretKey.Length, Ed25519SecretKeyBytes, nameof(secretKey));
        RequireLength(signature.Length, Ed25519SignatureBytes, nameof(signature));
        if (crypto_sign_ed25519_detached(signature, IntPtr.Zero, message, (ulong)message.Length, secretKey) != 0)
        {
            throw new CryptographicException("Signing with Ed25519 failed.");
        }
    }

    /// <summary>Verifies a signature; false also when a length is wrong, the key is of low order, or S is not reduced.</summary>
    public static bool Ed25519Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> publicKey) =>
        signature.Length == Ed25519SignatureBytes
        && publicKey.Length == Ed25519PublicKeyBytes
        && crypto_sign_ed25519_verify_detached(signature, message, (ulong)message.Length, publicKey) == 0;

    // libsodium reads and writes fixed lengths: a short span would be memory corruption, so this is checked in release builds too.
    private static void RequireLength(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{actual} bytes where {expected} are needed.", name);
        }
    }

    [LibraryImport(Library)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    private static partial int crypto_scalarmult_curve25519_base(Span<byte> q, ReadOnlySpan<byte> n);

    [LibraryImport(Library)]
    private static partial int crypto_scalarmult_curve25519(Span<byte> q, ReadOnlySpan<byte> n, ReadOnlySpan<byte> p);

    [LibraryImport(Library)]
    private static partial int crypto_sign_ed25519_seed_keypair(Span<byte> pk, Span<byte> sk, ReadOnlySpan<byte> seed);

    [LibraryImport(Library)]
    private static partial int crypto_sign_ed25519_detached(
        Span<byte> sig, IntPtr siglen, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> sk);

    [LibraryImport(Library)]
    private static partial int crypto_sign_ed25519_verify_detached(
        ReadOnlySpan<byte> sig, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> pk);
}
