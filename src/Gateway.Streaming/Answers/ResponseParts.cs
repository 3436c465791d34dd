namespace Gateway.Streaming.Answers;

/// <summary>The members of a response, of an output item or of a part that matter to its stream, where they are present.</summary>
internal struct ResponseParts
{
    public JsonMember Id;
    public JsonMember Type;
    public JsonMember Status;
    public JsonMember Error;
    public JsonMember Output;
    public JsonMember Content;
    public JsonMember Summary;
    public JsonMember Name;
    public JsonMember Annotations;
    public JsonMember Logprobs;

    /// <summary>The member that was asked for.</summary>
    public JsonMember Text;

    /// <param name="json">What holds the object.</param>
    /// <param name="start">Its opening brace.</param>
    /// <param name="text">Name of the member that holds a text.</param>
    internal static ResponseParts Read(ReadOnlySpan<byte> json, int start, ReadOnlySpan<byte> text = default)
    {
        ResponseParts parts = default;
        JsonMembers members = new(json, start);
        while (members.TryNext(out JsonMember member))
            parts.Keep(member, member.Name(json), text);
        return parts;
    }

    internal readonly ReadOnlySpan<byte> TypeText(ReadOnlySpan<byte> json) => Type.Kind(json) == '"' ? Type.Text(json) : default;

    private void Keep(in JsonMember member, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && name.SequenceEqual(text))
            Text = member;
        else if (name.SequenceEqual("id"u8))
            Id = member;
        else if (name.SequenceEqual("type"u8))
            Type = member;
        else if (name.SequenceEqual("status"u8))
            Status = member;
        else if (name.SequenceEqual("error"u8))
            Error = member;
        else if (name.SequenceEqual("output"u8))
            Output = member;
        else if (name.SequenceEqual("content"u8))
            Content = member;
        else if (name.SequenceEqual("summary"u8))
            Summary = member;
        else if (name.SequenceEqual("name"u8))
            Name = member;
        else if (name.SequenceEqual("annotations"u8))
            Annotations = member;
        else if (name.SequenceEqual("logprobs"u8))
            Logprobs = member;
    }
}
