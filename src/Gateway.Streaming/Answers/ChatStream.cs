using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>
/// Writes a chat or completion answer as chunks. Per choice: role, reasoning, content, refusal, tool calls, finish reason; then usage and <c>[DONE]</c>.
/// </summary>
internal ref struct ChatStream(Endpoint endpoint, ReadOnlySpan<byte> json, BoundedEvents events, ChatScratch scratch)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private readonly PooledBytes _output = events.Output;

    internal bool TryWrite(int start)
    {
        if (!TryReadRoot(start, out JsonMember choices, out JsonMember usage))
            return false;
        JsonElements elements = new(_json, choices.Start);
        if (!elements.TryNext(out JsonMember element))
            return false;
        int position = 0;
        for (bool hasNext = true; hasNext; position++)
        {
            JsonMember choice = element;
            hasNext = elements.TryNext(out element);
            if (choice.Kind(_json) != '{' || !new ChoiceStream(endpoint, _json, events, scratch).TryWrite(choice.Start, position, isLast: !hasNext))
                return false;
        }

        if (!usage.IsAbsent)
        {
            _output.Append(scratch.Head.Span);
            _output.Append("],\"usage\":"u8);
            _output.Append(usage.Value(_json));
            events.End();
        }

        _output.Append("data: [DONE]\n\n"u8);
        return true;
    }

    private readonly bool TryReadRoot(int start, out JsonMember choices, out JsonMember usage)
    {
        choices = usage = default;
        scratch.Head.Append("data: {"u8);
        JsonMembers members = new(_json, start);
        while (members.TryNext(out JsonMember member))
        {
            ReadOnlySpan<byte> name = member.Name(_json);
            if (name.Contains((byte)'\\') || (name.SequenceEqual("error"u8) && member.Kind(_json) != 'n'))
                return false;
            if (name.SequenceEqual("choices"u8))
                choices = member;
            else if (name.SequenceEqual("usage"u8) && member.Kind(_json) == '{')
                usage = member;
            else if (!name.SequenceEqual("object"u8) && !name.SequenceEqual("error"u8))
                Keep(IsOfEveryChunk(name) ? scratch.Head : scratch.Extras, member);
        }

        scratch.Head.Append(endpoint == Endpoint.Completions ? "\"object\":\"text_completion\","u8 : "\"object\":\"chat.completion.chunk\","u8);
        scratch.Head.Append("\"choices\":["u8);
        return choices.Kind(_json) == '[';
    }

    private readonly void Keep(PooledBytes to, in JsonMember member)
    {
        bool isHead = to == scratch.Head;
        if (!isHead)
            to.Append((byte)',');
        BlankObject.WriteName(to, member.Name(_json));
        to.Append(member.Value(_json));
        if (isHead)
            to.Append((byte)',');
    }

    private static bool IsOfEveryChunk(ReadOnlySpan<byte> name) => name.SequenceEqual("id"u8) || name.SequenceEqual("created"u8)
        || name.SequenceEqual("model"u8) || name.SequenceEqual("service_tier"u8) || name.SequenceEqual("system_fingerprint"u8);
}
