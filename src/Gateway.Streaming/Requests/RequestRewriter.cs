using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Streaming.Requests;

/// <summary>
/// What dialects do to a request body. Each operation sees the body as the earlier ones left it, in any combination and any number of
/// times; <see cref="DropField"/> comes last where the operator's word is to be the last.
/// </summary>
public readonly ref struct RequestRewriter
{
    // Printable ASCII that JSON takes as it is.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly ReadOnlySpan<byte> _body;
    private readonly BodyEdits _edits;

    /// <param name="body">The scanned body.</param>
    /// <param name="edits">Begun with the fields of that body.</param>
    public RequestRewriter(ReadOnlySpan<byte> body, BodyEdits edits)
    {
        _body = body;
        _edits = edits;
    }

    /// <summary>Names another model; the one that is there already stays as it is written.</summary>
    public void SetModel(string model)
    {
        RequestFields fields = _edits.Fields;
        int index = Find("model"u8);
        if (index >= 0 && fields.Model == model)
        {
            _edits.Restore(fields.Members[index].ValueStart, fields.Members[index].ValueLength);
            return;
        }
        Span<byte> quoted = model.Length <= 256 ? stackalloc byte[258] : new byte[model.Length + 2];
        Set("model"u8, index, Quote(model, quoted));
    }

    /// <summary>
    /// Asks for the usage chunk: merges <c>include_usage: true</c> into the client's <c>stream_options</c>. Only for streams of chat and
    /// completions; upstreams refuse it elsewhere.
    /// </summary>
    public void InjectIncludeUsage()
    {
        RequestFields fields = _edits.Fields;
        if (!fields.Stream || fields.Endpoint is not (Endpoint.ChatCompletions or Endpoint.Completions))
            return;
        int index = Find("stream_options"u8);
        if (index < 0 || fields.Members[index].IsNull)
            Set("stream_options"u8, index, """{"include_usage":true}"""u8);
        else if (fields.IncludeUsageLength == 0)
            _edits.Insert(fields.Members[index].ValueStart + 1, fields.HasEmptyStreamOptions ? "\"include_usage\":true"u8 : "\"include_usage\":true,"u8);
        else if (fields.IncludeUsage != true)
            _edits.Replace(fields.IncludeUsageStart, fields.IncludeUsageLength, "true"u8);
    }

    public void DropStreamOptions() => DropField("stream_options"u8);

    /// <summary>
    /// Gives the token limit the one name that the upstream takes; the other name never reaches it. When both are given, the wanted name's
    /// value counts; null counts as absent. Chat has both names, completions only <c>max_tokens</c>.
    /// </summary>
    /// <param name="wanted"><see cref="RequestField.MaxTokens"/> or <see cref="RequestField.MaxCompletionTokens"/>.</param>
    public void RenameMaxTokens(RequestField wanted)
    {
        if (wanted is not (RequestField.MaxTokens or RequestField.MaxCompletionTokens))
            throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "is no name of the token limit");
        RequestFields fields = _edits.Fields;
        bool hasName = fields.Endpoint == Endpoint.ChatCompletions || (fields.Endpoint == Endpoint.Completions && wanted == RequestField.MaxTokens);
        RequestField unwanted = wanted == RequestField.MaxTokens ? RequestField.MaxCompletionTokens : RequestField.MaxTokens;
        int source = Find(RequestFieldNames.Utf8(unwanted));
        if (!hasName || source < 0)
            return;

        int target = Find(RequestFieldNames.Utf8(wanted));
        if (fields.Members[source].IsNull || (target >= 0 && !fields.Members[target].IsNull))
        {
            _edits.Remove(source);
            return;
        }
        if (target >= 0)
            _edits.Remove(target);
        BodyMember member = fields.Members[source];
        _edits.Replace(member.Start, member.NameEnd - member.Start, wanted == RequestField.MaxTokens ? "\"max_tokens\""u8 : "\"max_completion_tokens\""u8);
    }

    /// <summary>Takes out every top-level member of that name, however it is written.</summary>
    /// <param name="name">UTF-8, unescaped.</param>
    public void DropField(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _edits.Fields.Members.Length; i++)
        {
            if (_edits.IsNamed(_body, i, name))
                _edits.Remove(i);
        }
        _edits.RemoveAdded(name);
    }

    private void Set(ReadOnlySpan<byte> name, int index, ReadOnlySpan<byte> value)
    {
        if (index < 0)
        {
            _edits.Add(name, value);
            return;
        }
        BodyMember member = _edits.Fields.Members[index];
        _edits.Replace(member.ValueStart, member.ValueLength, value);
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _edits.Fields.Members.Length; i++)
        {
            if (_edits.IsNamed(_body, i, name))
                return i;
        }
        return -1;
    }

    private static ReadOnlySpan<byte> Quote(string text, Span<byte> room)
    {
        if (text.AsSpan().ContainsAnyExcept(Plain))
            return Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");
        room[0] = (byte)'"';
        int length = Encoding.ASCII.GetBytes(text, room[1..]);
        room[length + 1] = (byte)'"';
        return room[..(length + 2)];
    }
}
