namespace Gateway.Streaming.Sse;

/// <summary>
/// Finds the blocks of a server-sent event stream (WHATWG HTML, "Interpreting an event stream"): LF, CR and CRLF, also when split across reads.
/// Remembers how far it has looked, so a block that arrives in pieces is scanned once.
/// </summary>
/// <remarks>
/// A CR that ends the buffer ends its line at once, so that a stream with CR alone is never late. If the line was a block's blank line and an LF follows
/// after all, it comes as a block of its own that shares the fate of the block before (<see cref="SseFrame.EndsLastBlock"/>).
/// </remarks>
public struct SseFramer(SseLimits limits)
{
    private readonly SseLimits _limits = limits;

    // All positions are relative to the start of the current block.
    private int _scanned;
    private int _lineStart;
    private int _dataStart;
    private int _dataLength;
    private int _dataLines;
    private int _nameStart;
    private int _nameLength;
    private int _commentStart;
    private int _commentLength;
    private bool _lfBelongsToCr;
    private bool _started;

    /// <summary>Looks for one block at the start of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">
    /// All bytes since the end of the last block. After <see cref="FrameStatus.NeedMore"/> the next call brings the same bytes and more behind them.
    /// </param>
    /// <param name="frame">Set when the result is <see cref="FrameStatus.Done"/>; its length is what was consumed.</param>
    public FrameStatus TryRead(ReadOnlySpan<byte> buffer, out SseFrame frame)
    {
        frame = default;
        if (!_started && !TryStart(buffer, out frame))
            return frame.Raw.IsEmpty ? FrameStatus.NeedMore : FrameStatus.Done;
        if (_scanned == 0 && !_lfBelongsToCr && TryReadUsual(buffer, out frame))
            return FrameStatus.Done;

        while (_scanned < buffer.Length)
        {
            if (_lfBelongsToCr)
            {
                _lfBelongsToCr = false;
                if (buffer[_scanned] == (byte)'\n')
                {
                    if (_scanned == 0)
                    {
                        frame = new() { Raw = buffer[..1], EndsLastBlock = true };
                        return FrameStatus.Done;
                    }

                    _lineStart = ++_scanned;
                    continue;
                }
            }

            int found = buffer[_scanned..].IndexOfAny((byte)'\n', (byte)'\r');
            int end = found < 0 ? buffer.Length : _scanned + found;
            if (end - _lineStart > _limits.MaxLine || end >= _limits.MaxEvent)
                return FrameStatus.TooLarge;
            _scanned = end;
            if (found < 0)
                break;
            if (EndLine(buffer, end))
            {
                frame = TakeFrame(buffer);
                return FrameStatus.Done;
            }
        }

        return FrameStatus.NeedMore;
    }

    /// <summary>What nearly every block is, whole: one <c>data</c> line and a blank one, both ended by LF. Everything else goes the long way.</summary>
    private readonly bool TryReadUsual(ReadOnlySpan<byte> buffer, out SseFrame frame)
    {
        frame = default;
        if (!buffer.StartsWith("data: "u8))
            return false;
        int end = buffer.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0 || end > _limits.MaxLine || end + 1 >= Math.Min(buffer.Length, _limits.MaxEvent) || buffer[end] != (byte)'\n' || buffer[end + 1] != (byte)'\n')
            return false;
        frame = new() { Raw = buffer[..(end + 2)], Data = buffer[6..end], DataLines = 1 };
        return true;
    }

    /// <summary>"One leading U+FEFF BYTE ORDER MARK character must be ignored if any are present": it comes as a block of its own.</summary>
    /// <returns>False while the bytes may still become a mark, and for the mark itself.</returns>
    private bool TryStart(ReadOnlySpan<byte> buffer, out SseFrame mark)
    {
        mark = default;
        ReadOnlySpan<byte> bytes = "\uFEFF"u8;
        if (buffer.Length < bytes.Length && bytes.StartsWith(buffer))
            return false;
        _started = true;
        if (!buffer.StartsWith(bytes))
            return true;
        mark = new() { Raw = buffer[..bytes.Length] };
        return false;
    }

    /// <summary>Takes the line that ends at <paramref name="end"/>; true when it is the blank line that ends the block.</summary>
    private bool EndLine(ReadOnlySpan<byte> buffer, int end)
    {
        int next = end + 1;
        if (buffer[end] == (byte)'\r')
        {
            if (next < buffer.Length)
                next += buffer[next] == (byte)'\n' ? 1 : 0;
            else
                _lfBelongsToCr = true;
        }

        bool blank = !SseLine.TryRead(buffer[_lineStart..end], out SseField field, out ReadOnlySpan<byte> value);
        Keep(field, end - value.Length, value.Length);
        _lineStart = _scanned = next;
        return blank;
    }

    private void Keep(SseField field, int start, int length)
    {
        switch (field)
        {
            case SseField.Data:
                if (_dataLines++ == 0)
                    (_dataStart, _dataLength) = (start, length);
                break;
            case SseField.Event:
                (_nameStart, _nameLength) = (start, length);
                break;
            case SseField.Comment:
                (_commentStart, _commentLength) = (start, length);
                break;
            case SseField.Other:
            default:
                break;
        }
    }

    private SseFrame TakeFrame(ReadOnlySpan<byte> buffer)
    {
        SseFrame frame = new()
        {
            Raw = buffer[.._scanned],
            Data = buffer.Slice(_dataStart, _dataLength),
            Name = buffer.Slice(_nameStart, _nameLength),
            Comment = buffer.Slice(_commentStart, _commentLength),
            DataLines = _dataLines,
        };
        _scanned = _lineStart = 0;
        _dataStart = _dataLength = _dataLines = 0;
        _nameStart = _nameLength = 0;
        _commentStart = _commentLength = 0;
        return frame;
    }
}
