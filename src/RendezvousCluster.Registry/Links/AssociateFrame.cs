using Google.Protobuf;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// The first message of a node that dials: <c>ASSOCIATE</c> of the toolkit's protocol, a protobuf message with nothing in it but an
/// instruction (field 2) whose command (field 1) is 1. A stream that begins otherwise does not come from a node, and the toolkit never sees
/// it.
/// </summary>
internal static class AssociateFrame
{
    private const uint Instruction = (2 << 3) | 2;
    private const uint Command = 1 << 3;
    private const uint Associate = 1;

    /// <summary>Whether it is one.</summary>
    public static bool IsOne(ByteString message)
    {
        using var input = new CodedInputStream(message.Span.ToArray());
        try
        {
            if (input.ReadTag() != Instruction)
            {
                return false;
            }

            int length = input.ReadLength();
            return length > 0 && input.Position + length == message.Length && input.ReadTag() == Command && input.ReadUInt32() == Associate;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
