using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Security.Noise;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class CipherStateTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, CipherState.KeyBytes).Select(index => (byte)index)];

    [Fact]
    public void The_nonce_is_four_zero_bytes_and_the_count_in_little_endian()
    {
        using CipherState cipher = Create(0x0102030405060708);
        byte[] message = new byte[4 + CipherState.TagBytes];
        cipher.Encrypt([9], [1, 2, 3, 4], message);

        using var aead = new ChaCha20Poly1305(Key);
        byte[] opened = new byte[4];
        aead.Decrypt([0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1], message.AsSpan(0, 4), message.AsSpan(4), opened, [9]);
        Assert.Equal([1, 2, 3, 4], opened);
    }

    [Fact]
    public void Sealing_and_opening_count_each_message_and_a_failed_one_does_not_count()
    {
        using CipherState sender = Create(0);
        using CipherState receiver = Create(0);
        byte[] first = Seal(sender, [1]);
        byte[] second = Seal(sender, [2]);
        Assert.Equal(2ul, sender.Nonce);

        byte[] opened = new byte[1];
        Assert.False(receiver.TryDecrypt(default, second, opened));
        Assert.Equal(0ul, receiver.Nonce);
        Assert.True(receiver.TryDecrypt(default, first, opened));
        Assert.True(receiver.TryDecrypt(default, second, opened));
        Assert.Equal(2, opened[0]);
    }

    [Fact]
    public void Other_associated_data_and_messages_shorter_than_a_tag_do_not_open()
    {
        using CipherState sender = Create(0);
        using CipherState receiver = Create(0);
        byte[] message = Seal(sender, []);
        Assert.False(receiver.TryDecrypt([1], message, []));
        Assert.False(receiver.TryDecrypt(default, message.AsSpan(1), []));
        Assert.False(receiver.TryDecrypt(default, default, []));
        Assert.True(receiver.TryDecrypt(default, message, []));
    }

    [Fact]
    public void The_last_nonce_but_one_is_used_and_the_reserved_one_never()
    {
        using CipherState sender = Create(ulong.MaxValue - 1);
        using CipherState receiver = Create(ulong.MaxValue - 1);
        Assert.False(sender.IsExhausted);
        byte[] message = Seal(sender, [1]);
        Assert.True(receiver.TryDecrypt(default, message, new byte[1]));

        Assert.True(sender.IsExhausted);
        Assert.True(receiver.IsExhausted);
        Assert.Throws<InvalidOperationException>(() => Seal(sender, [1]));
        Assert.Throws<InvalidOperationException>(() => receiver.TryDecrypt(default, message, new byte[1]));
    }

    [Fact]
    public void Without_a_key_nothing_is_sealed()
    {
        using var cipher = new CipherState();
        Assert.False(cipher.HasKey);
        Assert.Throws<InvalidOperationException>(() => Seal(cipher, [1]));
    }

    private static CipherState Create(ulong nonce)
    {
        var cipher = new CipherState();
        cipher.InitializeKey(Key);
        cipher.Nonce = nonce;
        return cipher;
    }

    private static byte[] Seal(CipherState cipher, byte[] plaintext)
    {
        byte[] message = new byte[plaintext.Length + CipherState.TagBytes];
        cipher.Encrypt(default, plaintext, message);
        return message;
    }
}
