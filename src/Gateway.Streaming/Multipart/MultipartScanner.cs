using System.Text;
using System.Text.Unicode;

namespace Gateway.Streaming.Multipart;

/// <summary>
/// Finds the field <c>model</c> in a form that arrives in pieces, whatever the pieces; files go past it unkept. Strict: what two readers could read in two
/// ways is <see cref="MultipartStatus.Invalid"/>. Never throws, whatever the bytes are.
/// <code>
///   body  = [preamble CRLF] "--" boundary *blank CRLF part *( CRLF "--" boundary *blank CRLF part ) CRLF "--" boundary "--" epilogue    (RFC 2046 §5.1.1)
///   part  = 1*( header CRLF ) CRLF bytes
/// </code>
/// </summary>
public sealed class MultipartScanner
{
    /// <summary>Bytes of one part's headers, their line ends included.</summary>
    public const int MaxPartHeaders = 4 << 10;

    /// <summary>Bytes of a model's name.</summary>
    public const int MaxModel = 1 << 10;

    // Blanks behind a boundary are "transport padding"; nobody writes any.
    private const int MaxPadding = 64;

    // The delimiter's CR LF that is not there: before the first delimiter, and at the start of a part.
    private const int LineEnd = 2;

    private readonly byte[] _delimiter;
    private readonly byte[] _kept = new byte[MaxPartHeaders];
    private int _keptLength;
    private int _matched = LineEnd;
    private int _assumed = LineEnd;
    private Mode _mode = Mode.Content;
    private bool _isModel;
    private bool _isPreamble = true;
    private bool _hasEnded;

    /// <param name="boundary">From <see cref="MultipartBoundary.Find"/>.</param>
    public MultipartScanner(string boundary) => _delimiter = Encoding.ASCII.GetBytes("\r\n--" + boundary);

    private enum Mode
    {
        Content,
        BehindDelimiter,
        Headers,
        Over,
    }

    /// <summary>Null until it has been read.</summary>
    public string? Model { get; private set; }

    /// <summary>Where in the form the model's value starts.</summary>
    public long ModelStart { get; private set; }

    /// <summary>The bytes of the value.</summary>
    public int ModelLength { get; private set; }

    /// <summary>Bytes scanned so far.</summary>
    public long Position { get; private set; }

    /// <summary>Why it is invalid; for the client.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether the fault is a second <c>model</c>.</summary>
    public bool IsDuplicate { get; private set; }

    public MultipartStatus Status => Fault is not null ? MultipartStatus.Invalid
        : Model is not null ? MultipartStatus.ModelFound
        : _hasEnded ? MultipartStatus.Ended : MultipartStatus.Reading;

    /// <summary>Goes on with the bytes that follow those of the last call.</summary>
    public MultipartStatus Scan(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && Fault is null && _mode != Mode.Over)
        {
            int taken = _mode switch
            {
                Mode.Content => ScanContent(bytes),
                Mode.BehindDelimiter => ScanBehindDelimiter(bytes),
                _ => ScanHeaders(bytes),
            };
            Position += taken;
            bytes = bytes[taken..];
        }

        return Status;
    }

    /// <summary>Up to behind the next delimiter, or all of it. A delimiter may have begun in bytes of an earlier call: <see cref="_matched"/> of its own.</summary>
    private int ScanContent(ReadOnlySpan<byte> bytes)
    {
        if (_matched > 0)
            return GoOnMatching(bytes);
        int at = bytes.IndexOf(_delimiter);
        if (at >= 0)
        {
            Keep(bytes[..at]);
            EndContent();
            return at + _delimiter.Length;
        }

        // A carriage return is in the delimiter once, at its start, so only the last one can begin it.
        int begin = bytes.LastIndexOf((byte)'\r');
        bool mayBegin = begin >= 0 && _delimiter.AsSpan().StartsWith(bytes[begin..]);
        Keep(mayBegin ? bytes[..begin] : bytes);
        _matched = mayBegin ? bytes.Length - begin : 0;
        return bytes.Length;
    }

    private int GoOnMatching(ReadOnlySpan<byte> bytes)
    {
        int same = bytes.CommonPrefixLength(_delimiter.AsSpan(_matched));
        _matched += same;
        if (_matched == _delimiter.Length)
        {
            EndContent();
        }
        else if (same < bytes.Length)
        {
            // It was content after all.
            Keep(_delimiter.AsSpan(_assumed, _matched - _assumed));
            _matched = _assumed = 0;
        }

        return same;
    }

    private void EndContent()
    {
        // Some readers take it for an empty part, others for content.
        if (_assumed > 0 && !_isPreamble)
            Fault = "A part of the form begins with the form's boundary.";
        _matched = _assumed = 0;
        if (_isModel)
            TakeModel();
        _isModel = _isPreamble = false;
        _keptLength = 0;
        _mode = Mode.BehindDelimiter;
    }

    private int ScanBehindDelimiter(ReadOnlySpan<byte> bytes)
    {
        byte next = bytes[0];
        _kept[_keptLength++] = next;
        ReadOnlySpan<byte> line = _kept.AsSpan(0, _keptLength);
        if (line.SequenceEqual("--"u8))
        {
            (_hasEnded, _mode) = (true, Mode.Over);
        }
        else if (line.EndsWith("\r\n"u8) && line[..^2].Trim(" \t"u8).IsEmpty)
        {
            (_keptLength, _mode) = (0, Mode.Headers);
        }
        else
        {
            bool mayGoOn = line is [(byte)'-'] || line.TrimStart(" \t"u8) is [] or [(byte)'\r'];
            if (!mayGoOn || _keptLength > MaxPadding)
                Fault = "A line of the form begins with its boundary and goes on otherwise.";
        }

        return 1;
    }

    /// <summary>Gathers a part's headers up to the empty line.</summary>
    private int ScanHeaders(ReadOnlySpan<byte> bytes)
    {
        int newline = bytes.IndexOf((byte)'\n');
        int taken = newline < 0 ? bytes.Length : newline + 1;
        if (_keptLength + taken > MaxPartHeaders)
        {
            Fault = $"The headers of a part of the form are longer than {MaxPartHeaders} bytes.";
            return taken;
        }

        bytes[..taken].CopyTo(_kept.AsSpan(_keptLength));
        _keptLength += taken;
        if (newline < 0)
            return taken;
        ReadOnlySpan<byte> lines = _kept.AsSpan(0, _keptLength);
        if (!lines.EndsWith("\r\n"u8))
            Fault = "A header of a part of the form does not end in CR LF.";
        else if (lines.Length == 2 || lines.EndsWith("\r\n\r\n"u8))
            BeginPart(lines[..^2], Position + taken);
        return taken;
    }

    private void BeginPart(ReadOnlySpan<byte> headers, long start)
    {
        _mode = Mode.Content;
        _matched = _assumed = LineEnd;
        _keptLength = 0;
        if (PartHeaders.Parse(headers) is not { } part)
        {
            Fault = "A part of the form does not name its field in exactly one way.";
            return;
        }

        _isModel = part.Name == "model";
        if (!_isModel)
            return;
        if (Model is null)
            ModelStart = start;
        IsDuplicate = Model is not null;
        if (IsDuplicate || part.IsFile || part.IsEncoded)
            Fault = IsDuplicate ? "The form has the field model more than once." : "The form's field model is not plain text.";
    }

    private void Keep(ReadOnlySpan<byte> content)
    {
        if (!_isModel || Fault is not null)
            return;
        if (_keptLength + content.Length > MaxModel)
        {
            Fault = $"The form's field model is longer than {MaxModel} bytes.";
            return;
        }

        content.CopyTo(_kept.AsSpan(_keptLength));
        _keptLength += content.Length;
    }

    private void TakeModel()
    {
        ReadOnlySpan<byte> value = _kept.AsSpan(0, _keptLength);
        if (Fault is not null)
            return;
        if (value.IsEmpty || !Utf8.IsValid(value) || value.ContainsAnyInRange((byte)0, (byte)0x1F))
        {
            Fault = "The form's field model is empty, or no text.";
            return;
        }

        Model = Encoding.UTF8.GetString(value);
        ModelLength = value.Length;
    }
}
