using Gateway.Streaming.Resume;
using Gateway.Streaming.Rules;

namespace Gateway.Streaming.Answers;

/// <summary>Takes the whole response out of the event that ends its stream.</summary>
internal ref struct ResponseAssembly(ReadOnlySpan<byte> recording)
{
    private readonly ReadOnlySpan<byte> _recording = recording;
    private JsonMember _response;
    private bool _hasItems;

    internal bool TryAssemble(PooledBytes output)
    {
        AnswerEvents events = new(_recording);
        while (events.TryNext(out AnswerEvent next))
        {
            if (StreamRules.IsDone(next.Data) || (!next.Name.IsEmpty && !next.Name.StartsWith("response."u8) && !next.Name.SequenceEqual("message"u8)))
                continue;
            if (!_response.IsAbsent || !TryTake(next))
                return false;
        }

        if (events.IsBroken || _response.IsAbsent || !IsWhole())
            return false;
        output.Append(_response.Value(_recording));
        return true;
    }

    private bool TryTake(in AnswerEvent next)
    {
        if (!JsonSpace.TryFindObject(next.Data, out int start))
            return false;
        TypedMembers parts = TypedMembers.Read(_recording, next.Start + start);
        ReadOnlySpan<byte> type = parts.TypeOr(_recording, next.Name);
        if (type.SequenceEqual("error"u8) || type.SequenceEqual("response.failed"u8))
            return false;
        _hasItems |= type.SequenceEqual("response.output_item.done"u8);
        if (!type.SequenceEqual("response.completed"u8) && !type.SequenceEqual("response.incomplete"u8))
            return true;
        _response = parts.Response;
        return _response.Kind(_recording) == '{';
    }

    /// <summary>Some servers leave the output that they have streamed out of their last event.</summary>
    private readonly bool IsWhole()
    {
        JsonMembers members = new(_recording, _response.Start);
        while (members.TryNext(out JsonMember member))
        {
            if (!member.Name(_recording).SequenceEqual("output"u8))
                continue;
            return member.Kind(_recording) == '[' && (!_hasItems || new JsonElements(_recording, member.Start).TryNext(out _));
        }

        return false;
    }
}
