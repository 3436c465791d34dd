using System.Buffers;
using System.Globalization;

namespace Gateway.Redis;

/// <summary>The first pass of <see cref="RespParser"/>: whether a reply is whole and well formed, and how long it is.</summary>
internal ref struct RespMeasure(in ReadOnlySequence<byte> input)
{
    /// <summary>Bytes of a verbatim string before its text: three letters and a colon.</summary>
    internal const int VerbatimPrefix = 4;

    private const int LongestNumber = 20;

    private SequenceReader<byte> _reader = new(input);
    private long _values;

    internal readonly long Consumed => _reader.Consumed;

    /// <summary>Bytes that the input must have at least, as far as known.</summary>
    internal long Needed { get; private set; }

    internal RespStatus Measure() => Value(RespLimits.Depth);

    private RespStatus Value(int depth)
    {
        while (true)
        {
            if (++_values > RespLimits.Values)
                return RespStatus.Invalid;
            if (!_reader.TryRead(out byte type))
                return RespStatus.NeedMore;
            if (!"+-:$*_#,(!=%~>|"u8.Contains(type))
                return RespStatus.Invalid;
            if (Line(out ReadOnlySequence<byte> line) is var whole && whole is not RespStatus.Done)
                return whole;
            if (type != (byte)'|')
                return Body(type, line, depth);
            // An attribute stands before the value that it belongs to.
            if (Items(line, 2, canBeNull: false, depth) is var attribute && attribute is not RespStatus.Done)
                return attribute;
        }
    }

    private RespStatus Body(byte type, in ReadOnlySequence<byte> line, int depth) => (char)type switch
    {
        '+' or '-' => RespStatus.Done,
        ',' or '(' => IsDone(line.Length > 0),
        ':' => IsDone(TryNumber(line, NumberStyles.AllowLeadingSign, out _)),
        '#' => IsDone(line.Length == 1 && line.FirstSpan[0] is (byte)'t' or (byte)'f'),
        '_' => IsDone(line.IsEmpty),
        '$' => Bulk(line, canBeNull: true, shortest: 0),
        '!' => Bulk(line, canBeNull: false, shortest: 0),
        '=' => Bulk(line, canBeNull: false, VerbatimPrefix),
        '*' => Items(line, 1, canBeNull: true, depth),
        '%' => Items(line, 2, canBeNull: false, depth),
        _ => Items(line, 1, canBeNull: false, depth),
    };

    private RespStatus Line(out ReadOnlySequence<byte> line)
    {
        if (!_reader.TryReadTo(out line, "\r\n"u8))
            return _reader.Remaining > RespLimits.Line + 1 ? RespStatus.Invalid : RespStatus.NeedMore;
        return IsDone(line.Length <= RespLimits.Line && line.PositionOf((byte)'\n') is null && line.PositionOf((byte)'\r') is null);
    }

    private RespStatus Bulk(in ReadOnlySequence<byte> line, bool canBeNull, int shortest)
    {
        if (canBeNull && IsMinusOne(line))
            return RespStatus.Done;
        if (!TryNumber(line, NumberStyles.None, out long length) || length > RespLimits.Bulk || length < shortest)
            return RespStatus.Invalid;
        if (_reader.Remaining < length + 2)
        {
            Needed = _reader.Consumed + length + 2;
            return RespStatus.NeedMore;
        }

        _reader.Advance(length);
        return IsDone(_reader.IsNext("\r\n"u8, advancePast: true));
    }

    private RespStatus Items(in ReadOnlySequence<byte> line, int each, bool canBeNull, int depth)
    {
        if (canBeNull && IsMinusOne(line))
            return RespStatus.Done;
        if (depth == 0 || !TryNumber(line, NumberStyles.None, out long count) || count > RespLimits.Values)
            return RespStatus.Invalid;
        for (long i = 0; i < count * each; i++)
        {
            if (Value(depth - 1) is var item && item is not RespStatus.Done)
                return item;
        }

        return RespStatus.Done;
    }

    internal static bool TryNumber(in ReadOnlySequence<byte> line, NumberStyles style, out long number)
    {
        number = 0;
        if (line.Length is 0 or > LongestNumber)
            return false;
        Span<byte> digits = stackalloc byte[LongestNumber];
        line.CopyTo(digits);
        return long.TryParse(digits[..(int)line.Length], style, CultureInfo.InvariantCulture, out number);
    }

    private static bool IsMinusOne(in ReadOnlySequence<byte> line) => TryNumber(line, NumberStyles.AllowLeadingSign, out long number) && number == -1;

    private static RespStatus IsDone(bool condition) => condition ? RespStatus.Done : RespStatus.Invalid;
}
