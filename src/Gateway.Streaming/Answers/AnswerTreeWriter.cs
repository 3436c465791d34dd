using Gateway.Streaming.Requests;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>Writes an <see cref="AnswerTree"/> as JSON.</summary>
internal readonly ref struct AnswerTreeWriter(AnswerTree tree, ReadOnlySpan<byte> source, PooledBytes output)
{
    private readonly ReadOnlySpan<byte> _source = source;

    /// <summary>Recursion is as deep as the merge rules nest.</summary>
    /// <returns>False when a value that came as pieces of a string is no JSON.</returns>
    internal bool TryWrite(int node)
    {
        ref readonly AnswerNode value = ref tree[node];
        switch (value.Kind)
        {
            case NodeKind.Raw:
                AppendPieces(value.First, default);
                return true;
            case NodeKind.Text:
                output.Append((byte)'"');
                AppendPieces(value.First, default);
                output.Append((byte)'"');
                return true;
            case NodeKind.List:
                output.Append((byte)'[');
                AppendPieces(value.First, ","u8);
                output.Append((byte)']');
                return true;
            case NodeKind.Decoded:
                return TryWriteDecoded(value.First);
            case NodeKind.Object:
                output.Append((byte)'{');
                return TryWriteMembers(value.First, isFirst: true);
            case NodeKind.Array or NodeKind.Choices:
                return TryWriteElements(value);
            case NodeKind.Given:
                output.Append(value.GivenValue);
                return true;
            default:
                output.Append("null"u8);
                return true;
        }
    }

    private bool TryWriteMembers(int child, bool isFirst)
    {
        for (; child >= 0; child = tree[child].Next)
        {
            ChunkWriter.Separate(output, ref isFirst);
            output.Append((byte)'"');
            output.Append(tree[child].Name(_source));
            output.Append("\":"u8);
            if (!TryWrite(child))
                return false;
        }

        output.Append((byte)'}');
        return true;
    }

    private bool TryWriteElements(in AnswerNode array)
    {
        output.Append((byte)'[');
        bool isFirst = true;
        for (int child = array.First; child >= 0; child = tree[child].Next)
        {
            ChunkWriter.Separate(output, ref isFirst);
            if (array.Kind == NodeKind.Choices)
            {
                output.Append("{\"index\":"u8);
                output.AppendNumber(tree[child].Index);
                if (!TryWriteMembers(tree[child].First, isFirst: false))
                    return false;
            }
            else if (!TryWrite(child))
            {
                return false;
            }
        }

        output.Append((byte)']');
        return true;
    }

    private void AppendPieces(int piece, ReadOnlySpan<byte> separator)
    {
        for (bool isFirst = true; piece >= 0; piece = tree.Piece(piece).Next, isFirst = false)
        {
            if (!isFirst)
                output.Append(separator);
            output.Append(_source.Slice(tree.Piece(piece).Start, tree.Piece(piece).Length));
        }
    }

    /// <summary>Joined first and decoded then: a surrogate pair may be split over two pieces.</summary>
    private bool TryWriteDecoded(int piece)
    {
        using PooledBytes written = new(RentedBuffers.Pool);
        for (; piece >= 0; piece = tree.Piece(piece).Next)
            written.Append(_source.Slice(tree.Piece(piece).Start, tree.Piece(piece).Length));
        using DecodedText text = new(RentedBuffers.Pool, written.Span);
        if (!text.IsWhole || ValueSkipper.FindEnd(text.Utf8Text, 0, depth: 0) != text.Utf8Text.Length)
            return false;
        output.Append(text.Utf8Text);
        return true;
    }
}
