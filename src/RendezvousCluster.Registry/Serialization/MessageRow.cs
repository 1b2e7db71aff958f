using Google.Protobuf;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// One row of the <see cref="MessageTable"/>: a type that stands in the journal or travels between nodes, the two letters that name it
/// there, and the functions that write and read it.
/// </summary>
internal sealed class MessageRow
{
    private MessageRow(
        string manifest,
        Type? type,
        Func<object, byte[]>? write,
        Func<byte[], object> read,
        IReadOnlyList<string> recipients,
        bool isCommand = false)
    {
        Manifest = manifest;
        Type = type;
        Write = write;
        Read = read;
        Recipients = recipients;
        IsCommand = isCommand;
    }

    /// <summary>The two letters.</summary>
    public string Manifest { get; }

    /// <summary>What it stands for; null for one that is no longer written. A command to a namespace is named by what is inside.</summary>
    public Type? Type { get; }

    /// <summary>Whether it travels inside a <see cref="NamespaceCommand"/>.</summary>
    public bool IsCommand { get; }

    /// <summary>Makes the bytes; null when they are no longer made.</summary>
    public Func<object, byte[]>? Write { get; }

    /// <summary>Makes the message of its bytes.</summary>
    public Func<byte[], object> Read { get; }

    /// <summary>The actors that may get it from another node; none when it stands in the journal or the snapshot store only.</summary>
    public IReadOnlyList<string> Recipients { get; }

    /// <summary>
    /// An event, which stands in the journal with a checksum in front. One that is damaged is read as an <see cref="UnreadableEvent"/>.
    /// </summary>
    public static MessageRow Event<T>(
        string manifest, MessageParser form, Func<T, IMessage> write, Func<ReadOnlyMemory<byte>, T> read)
        where T : class
    {
        MessageParser known = form.WithDiscardUnknownFields(true);
        return new(
            manifest,
            typeof(T),
            message => CheckedEvent.Write(manifest, write((T)message)),
            bytes => ReadEvent(manifest, bytes, known, read),
            []);
    }

    /// <summary>A snapshot, which stands behind a checksum. One that is damaged is read as an <see cref="UnreadableSnapshot"/>.</summary>
    public static MessageRow Snapshot<T>(string manifest, Func<T, IMessage> write, Func<ReadOnlyMemory<byte>, T> read)
        where T : class => new(
            manifest,
            typeof(T),
            message => CheckedBytes.Write(write((T)message)),
            bytes => ReadSnapshot(bytes, whole => read(CheckedBytes.Read(whole))),
            []);

    /// <summary>A form in which a snapshot was written once: without the checksum.</summary>
    public static MessageRow RetiredSnapshot<T>(string manifest, Func<ReadOnlyMemory<byte>, T> read)
        where T : class => new(manifest, type: null, write: null, bytes => ReadSnapshot(bytes, read), []);

    /// <summary>A command or a query to the owner of a namespace, which takes its trace along.</summary>
    public static MessageRow Command<T>(
        string manifest, Func<T, string?, IMessage> write, Func<byte[], NamespaceCommand> read, params string[] recipients)
        where T : class => new(
            manifest,
            typeof(T),
            message => message is NamespaceCommand { Message: T command } sent
                ? write(command, sent.TraceParent).ToByteArray()
                : throw new ArgumentException($"A {typeof(T).Name} is sent as a {nameof(NamespaceCommand)}.", nameof(message)),
            read,
            recipients,
            isCommand: true);

    /// <summary>A message between nodes.</summary>
    public static MessageRow Sent<T>(string manifest, Func<T, IMessage> write, Func<byte[], T> read, params string[] recipients)
        where T : class => Sent<T>(manifest, message => write(message).ToByteArray(), read, recipients);

    /// <summary>A message between nodes in bytes other than protobuf.</summary>
    public static MessageRow Sent<T>(string manifest, Func<T, byte[]> write, Func<byte[], T> read, params string[] recipients)
        where T : class => new(manifest, typeof(T), message => write((T)message), read, recipients);

    /// <summary>A message between nodes that says all by what it is.</summary>
    public static MessageRow Sign<T>(string manifest, T only, params string[] recipients)
        where T : class => new(manifest, typeof(T), _ => [], _ => only, recipients);

    private static object ReadEvent<T>(string manifest, byte[] bytes, MessageParser known, Func<ReadOnlyMemory<byte>, T> read)
        where T : class
    {
        try
        {
            return CheckedEvent.TryRead(manifest, bytes, out ReadOnlyMemory<byte>? body) ? read(body.Value)
                : known.ParseFrom(bytes).ToByteArray().AsSpan().SequenceEqual(bytes) ? read(bytes)
                : new UnreadableEvent($"Its {bytes.Length} bytes are not as any version has written them.");
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException or ArgumentException)
        {
            return new UnreadableEvent(exception.Message);
        }
    }

    private static object ReadSnapshot(byte[] bytes, Func<ReadOnlyMemory<byte>, object> read)
    {
        try
        {
            return read(bytes);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException)
        {
            return new UnreadableSnapshot(exception.Message);
        }
    }
}
