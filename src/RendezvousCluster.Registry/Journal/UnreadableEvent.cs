using System.Runtime.Serialization;
using Akka.Actor;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The end of a journal that holds an event that cannot be read: it is damaged, or of a later version. No event behind it is read.
/// </summary>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record UnreadableEvent(string Reason) : INoSerializationVerificationNeeded
{
    private const int FileCorrupt = 11;
    private const int FileNoDatabase = 26;

    /// <summary>The message to the owner when an event failed for what stands in it; null when the database failed.</summary>
    internal static UnreadableEvent? From(Exception exception) => exception switch
    {
        AggregateException { InnerException: { } cause } => From(cause),
        SqliteException { SqliteErrorCode: FileCorrupt or FileNoDatabase } =>
            new UnreadableEvent($"The journal's file is damaged: {exception.Message}"),
        SerializationException or InvalidDataException or InvalidProtocolBufferException => new UnreadableEvent(exception.Message),
        _ => null,
    };
}
