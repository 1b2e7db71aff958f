using System.Globalization;
using RendezvousCluster.Registry.ActorPort;

namespace RendezvousCluster.Architecture;

/// <summary>
/// What a node reads from other nodes stands in a text file: serializer, kind of message, and the actors that may get it.
/// </summary>
public class ReadableMessagesTests
{
    [Fact]
    public void Nodes_read_from_one_another_exactly_the_types_of_the_file() => Expected.Equals("ReadableMessages.txt", string.Concat(
        ReadableMessages.All.Select(message => string.Create(
            CultureInfo.InvariantCulture,
            $"{message.SerializerId} '{message.Manifest}' -> "
            + $"{(message.Recipients.Length == 0 ? "(inside)" : string.Join(" | ", message.Recipients))}\n"))));
}
