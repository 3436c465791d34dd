using System.Buffers;
using Gateway.Streaming;
using Gateway.Streaming.Requests;
using Gateway.Upstream;

namespace Gateway.Requests;

/// <summary>A client's request body in pooled memory, scanned once.</summary>
internal sealed class InboundRequest : Retained
{
    private byte[] _bytes;
    private int _length;

    /// <param name="expectedLength">Zero: not known. No more than that: it is held until the first content.</param>
    internal InboundRequest(int expectedLength) => _bytes = RentedBuffers.Pool.Rent(expectedLength > 0 ? expectedLength : 1 << 10);

    internal ReadOnlyMemory<byte> Body => _bytes.AsMemory(0, _length);

    internal RequestFields Fields { get; } = new();

    /// <summary>The model that is asked for: the path's where it names one, else the body's.</summary>
    internal string Model => ModelInPath.Length > 0 ? ModelInPath : Fields.Model;

    /// <summary>Empty: the path names none.</summary>
    internal string ModelInPath { get; init; } = "";

    internal void Append(in ReadOnlySequence<byte> bytes)
    {
        int needed = checked(_length + (int)bytes.Length);
        if (needed > _bytes.Length)
        {
            byte[] larger = RentedBuffers.Pool.Rent(Math.Max(needed, _bytes.Length * 2));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            RentedBuffers.Pool.Return(_bytes);
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length = needed;
    }

    protected override void Free()
    {
        RentedBuffers.Pool.Return(_bytes);
        _bytes = [];
        _length = 0;
    }
}
