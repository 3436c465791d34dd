namespace Gateway.Streaming.Answers;

/// <summary>The members of an event that tells its own <c>type</c>, where they are present.</summary>
internal struct TypedMembers
{
    public JsonMember Type;
    public JsonMember Index;
    public JsonMember Delta;
    public JsonMember Block;
    public JsonMember Message;
    public JsonMember Response;

    /// <summary>A known name may hide behind escapes; no server writes any.</summary>
    public bool HasEscapedName;

    internal static TypedMembers Read(ReadOnlySpan<byte> json, int start)
    {
        TypedMembers parts = default;
        JsonMembers members = new(json, start);
        while (members.TryNext(out JsonMember member))
        {
            ReadOnlySpan<byte> name = member.Name(json);
            if (name.SequenceEqual("type"u8))
                parts.Type = member;
            else if (name.SequenceEqual("index"u8))
                parts.Index = member;
            else if (name.SequenceEqual("delta"u8))
                parts.Delta = member;
            else if (name.SequenceEqual("content_block"u8))
                parts.Block = member;
            else if (name.SequenceEqual("message"u8))
                parts.Message = member;
            else if (name.SequenceEqual("response"u8))
                parts.Response = member;
            else
                parts.HasEscapedName |= name.Contains((byte)'\\');
        }

        return parts;
    }

    /// <summary>The event's type; without one, its name.</summary>
    internal readonly ReadOnlySpan<byte> TypeOr(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) => Type.Kind(json) == '"' ? Type.Text(json) : name;
}
