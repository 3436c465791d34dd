using System.Text.Json;

namespace Gateway.Streaming.Requests;

/// <summary>The pass over one body. The reader walks the root's members; long values that are not decoded are skipped past it.</summary>
internal ref struct MemberScan
{
    /// <summary>Below this a second look by the reader is cheaper than moving it (RequestScanBenchmarks).</summary>
    private const int WorthSkipping = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = RequestScanner.MaxDepth };

    // The reader's state behind a member of the root, from which it goes on after a skipped value.
    private static readonly JsonReaderState BehindMember = ReadMember();

    private readonly ReadOnlySpan<byte> _body;
    private readonly RequestFields _fields;
    private readonly bool _namesModel;
    private Utf8JsonReader _reader;
    private int _origin; // where in the body the reader started
    private bool _isResumed;
    private ScanError? _error;

    internal MemberScan(ReadOnlySpan<byte> body, RequestFields fields, bool namesModel)
    {
        _namesModel = namesModel;
        _body = body;
        _fields = fields;
        _origin = fields.BodyStart;
        _reader = new Utf8JsonReader(body[_origin..], Options);
    }

    private static ReadOnlySpan<byte> Member => "{\"\":null"u8;

    private readonly int Consumed => _origin + (int)_reader.BytesConsumed;

    private readonly int TokenStart => _origin + (int)_reader.TokenStartIndex;

    /// <summary>Goes on after a wrong field, because a syntax error outranks it. Never throws.</summary>
    internal ScanError? Run()
    {
        try
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
                return ScanError.NotAnObject(TokenStart);
            _fields.RootStart = TokenStart;
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
                ScanMember();
            _reader.Read(); // Throws unless only white space is left.
        }
        catch (JsonException exception)
        {
            return SyntaxFault.Describe(_body, _origin, exception, _isResumed ? Member.Length : 0, _reader);
        }
        return _error ?? (!_namesModel || _fields.TryGet(RequestField.Model, out _) ? null : ScanError.MissingModel());
    }

    private void ScanMember()
    {
        int start = TokenStart, nameEnd = start + _reader.ValueSpan.Length + 2;
        bool hasEscapes = _reader.ValueIsEscaped;
        RequestField? known = RequestFieldNames.Find(_reader.ValueSpan, hasEscapes, _fields.Endpoint);
        if (known is { } field && _fields.Has(field))
            _error ??= ScanError.DuplicateField(RequestFieldNames.Text(field), start);

        int valueStart = Consumed;
        while (valueStart < _body.Length && _body[valueStart] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            valueStart++;
        bool isNull = false;
        if (!TrySkip(valueStart, known))
        {
            _reader.Read();
            isNull = _reader.TokenType == JsonTokenType.Null;
            if (known is { } read && !isNull && FieldDecoder.Decode(ref _reader, _origin, read, _fields) is { } wrong)
                _error ??= wrong;
            _reader.Skip();
        }
        if (_fields.Members.Length < RequestFields.MaxMembers)
            _fields.Add(new BodyMember(start, nameEnd, valueStart, Consumed, hasEscapes, isNull), known);
        else
            _error ??= ScanError.TooManyFields(start);
    }

    /// <summary>Moves the reader behind a long value that needs no decoding. False: the reader is to read it (or to name what is wrong with it).</summary>
    private bool TrySkip(int valueStart, RequestField? known)
    {
        if (_body.Length - valueStart < WorthSkipping || _body[valueStart] is not ((byte)'"' or (byte)'[' or (byte)'{'))
            return false;
        bool isDecoded = known is not (null or RequestField.Messages or RequestField.Input or RequestField.User or RequestField.PromptCacheKey) && (known != RequestField.Prompt || _body[valueStart] != '"');
        if (isDecoded)
            return false;
        int end = ValueSkipper.FindEnd(_body, valueStart, depth: 1);
        if (end - valueStart < WorthSkipping)
            return false;
        _reader = new Utf8JsonReader(_body[end..], isFinalBlock: true, BehindMember);
        _origin = end;
        _isResumed = true;
        return true;
    }

    private static JsonReaderState ReadMember()
    {
        var reader = new Utf8JsonReader(Member, isFinalBlock: false, new JsonReaderState(Options));
        while (reader.TokenType != JsonTokenType.Null)
            reader.Read();
        return reader.CurrentState;
    }
}
