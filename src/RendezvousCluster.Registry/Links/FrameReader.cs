using System.Buffers.Binary;
using Google.Protobuf;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// Takes a stream apart into frames: four bytes of length, the least significant first, as the toolkit's own transport writes them, then
/// the message.
/// </summary>
/// <param name="stream">What is read; not disposed of.</param>
internal sealed class FrameReader(Stream stream)
{
    /// <summary>Of the length before each message.</summary>
    public const int PrefixBytes = sizeof(int);

    private const int FirstBufferBytes = 4 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>Reads the next message that is not empty; null at the end of the stream, also in the middle of a message.</summary>
    /// <param name="maxBytes">The largest one that is taken.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidDataException">A longer one is announced; nothing was kept of it.</exception>
    public async ValueTask<ByteString?> ReadAsync(int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            int needed = PrefixBytes;
            if (_end - _start >= PrefixBytes)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start));
                if (length < 0 || length > maxBytes)
                {
                    throw new InvalidDataException($"A frame of {(uint)length} bytes was announced; at most {maxBytes} are taken.");
                }

                needed += length;
                if (_end - _start >= needed)
                {
                    var message = ByteString.CopyFrom(_buffer, _start + PrefixBytes, length);
                    _start += needed;
                    if (length > 0)
                    {
                        return message;
                    }

                    continue;
                }
            }

            MakeRoom(needed);
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            _end += read;
        }
    }

    // For a whole frame at least; the buffer grows with what is announced within the bound.
    private void MakeRoom(int needed)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_buffer.Length - _start >= needed && _end < _buffer.Length)
        {
            return;
        }

        byte[] target = _buffer.Length >= needed && _start > 0
            ? _buffer
            : new byte[Math.Max(FirstBufferBytes, Math.Max(needed, _buffer.Length))];
        _buffer.AsSpan(_start.._end).CopyTo(target);
        (_buffer, _end, _start) = (target, _end - _start, 0);
    }
}
