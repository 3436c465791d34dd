namespace Gateway.Streaming.Requests;

/// <summary>
/// What <see cref="RequestScanner"/> found in a body: the fields the gateway reads, decoded, and where every top-level member lies.
/// Reusable; read-only once scanned, so that attempts that run at the same time share it.
/// </summary>
public sealed class RequestFields
{
    /// <summary>Top-level members of a body; the API has about forty fields.</summary>
    public const int MaxMembers = 1024;

    private readonly int[] _known = new int[RequestFieldNames.Count];
    private BodyMember[] _members = new BodyMember[8];
    private int _count;

    public RequestFields() => Reset(default, 0, 0);

    public Endpoint Endpoint { get; private set; }

    /// <summary>As the body names it: empty only where it need not, and does not.</summary>
    public string Model { get; internal set; } = "";

    public bool Stream { get; internal set; }

    public bool Store { get; internal set; }

    /// <summary><c>stream_options.include_usage</c> as the client sent it; null when absent.</summary>
    public bool? IncludeUsage { get; internal set; }

    public long? MaxTokens { get; internal set; }

    public long? MaxCompletionTokens { get; internal set; }

    /// <summary>The name that <c>/v1/responses</c> gives its token limit.</summary>
    public long? MaxOutputTokens { get; internal set; }

    /// <summary>Choices per prompt.</summary>
    public int N { get; internal set; }

    /// <summary>Prompts of a completion: more than one for an array of strings or of token arrays.</summary>
    public int PromptCount { get; internal set; }

    /// <summary>Choices that must finish before the answer is complete.</summary>
    public long ExpectedChoices => (long)N * PromptCount;

    /// <summary>Every top-level member, in the order of the body.</summary>
    public ReadOnlySpan<BodyMember> Members => _members.AsSpan(0, _count);

    /// <summary>Length of a leading byte order mark, which is never sent on.</summary>
    internal int BodyStart { get; private set; }

    /// <summary>Where the body's opening brace is.</summary>
    internal int RootStart { get; set; }

    internal int BodyLength { get; private set; }

    /// <summary>Where the value of <c>stream_options.include_usage</c> lies, null or not.</summary>
    internal int IncludeUsageStart { get; set; }

    /// <summary>0 when <c>include_usage</c> is not written.</summary>
    internal int IncludeUsageLength { get; set; }

    internal bool HasEmptyStreamOptions { get; set; }

    /// <summary>Finds a field that the endpoint reads; JSON null counts as absent.</summary>
    public bool TryGet(RequestField field, out BodyMember member)
    {
        int index = _known[(int)field];
        member = index < 0 ? default : _members[index];
        return index >= 0 && !member.IsNull;
    }

    /// <summary>Finds the first member of any name; JSON null counts as absent.</summary>
    /// <param name="body">The scanned body.</param>
    /// <param name="name">UTF-8, unescaped.</param>
    /// <param name="member">The member, when found.</param>
    public bool TryFind(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, out BodyMember member)
    {
        foreach (ref readonly BodyMember candidate in Members)
        {
            if (!candidate.IsNull && candidate.IsNamed(body, name))
            {
                member = candidate;
                return true;
            }
        }
        member = default;
        return false;
    }

    public void Reset() => Reset(default, 0, 0);

    internal void Reset(Endpoint endpoint, int bodyStart, int bodyLength)
    {
        Endpoint = endpoint;
        BodyStart = RootStart = bodyStart;
        BodyLength = bodyLength;
        _known.AsSpan().Fill(-1);
        _count = 0;
        Model = "";
        Stream = Store = HasEmptyStreamOptions = false;
        IncludeUsage = null;
        IncludeUsageStart = IncludeUsageLength = 0;
        MaxTokens = MaxCompletionTokens = MaxOutputTokens = null;
        N = PromptCount = 1;
    }

    internal bool Has(RequestField field) => _known[(int)field] >= 0;

    internal void Add(in BodyMember member, RequestField? field)
    {
        if (_count == _members.Length)
            Array.Resize(ref _members, _count * 2);
        if (field is { } known && !Has(known))
            _known[(int)known] = _count;
        _members[_count++] = member;
    }
}
