using System.Buffers;

namespace Gateway.Hosting.Transport;

/// <summary>A block as a sequence's only segment, so that a position in the sequence is an index of the block.</summary>
internal sealed class ReceivedSegment : ReadOnlySequenceSegment<byte>
{
    internal void Hold(byte[] block) => Memory = block;
}
