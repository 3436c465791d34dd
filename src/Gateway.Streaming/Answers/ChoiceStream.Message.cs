namespace Gateway.Streaming.Answers;

/// <content>The chunks before the one that finishes.</content>
internal ref partial struct ChoiceStream
{
    private const int Content = ChoiceParts.MessageTexts.Content;
    private const int Refusal = ChoiceParts.MessageTexts.Refusal;

    private bool TryWriteMessage(scoped LogprobShares shares)
    {
        WriteRole();
        bool hasRefusal = HasText(_parts.Texts[Refusal]);
        for (int text = 0; text < ChoiceParts.MessageTexts.Count; text++)
        {
            bool hasShares = shares.Exist && (text == Content || (text == Refusal && hasRefusal));
            bool? ofRefusal = hasRefusal ? text == Refusal : null;
            if (!TryWriteText(ChoiceParts.MessageTexts.Name(text), _parts.Texts[text], hasShares ? shares : default, ofRefusal))
                return false;
        }

        return TryWriteCalls() && (_parts.FunctionCall.IsAbsent || TryWriteFunctionCall());
    }

    private readonly bool TryWriteTexts(in JsonMember text, scoped LogprobShares shares) => TryWriteText("text"u8, text, shares, ofRefusal: null);

    /// <summary>The role, and which texts there are: those that stay empty or null appear nowhere else.</summary>
    private readonly void WriteRole()
    {
        Begin();
        bool isFirst = true;
        if (!_parts.Role.IsAbsent)
            WriteMember("role"u8, _parts.Role, ref isFirst);
        for (int text = 0; text < ChoiceParts.MessageTexts.Count; text++)
        {
            if (!_parts.Texts[text].IsAbsent && !HasText(_parts.Texts[text]))
                WriteMember(ChoiceParts.MessageTexts.Name(text), _parts.Texts[text], ref isFirst);
        }

        EndDelta();
        End();
    }

    private readonly void WriteMember(ReadOnlySpan<byte> name, in JsonMember member, ref bool isFirst)
    {
        Resume.ChunkWriter.Separate(_output, ref isFirst);
        BlankObject.WriteName(_output, name);
        _output.Append(member.Value(_json));
    }

    private readonly bool HasText(in JsonMember text) => text.Kind(_json) == '"' && text.Length > 2;

    /// <summary>One chunk a piece; where there are log probabilities but no text, one chunk for them.</summary>
    private readonly bool TryWriteText(ReadOnlySpan<byte> name, in JsonMember text, scoped LogprobShares shares, bool? ofRefusal)
    {
        ReadOnlySpan<byte> written = HasText(text) ? text.Text(_json) : default;
        int count = shares.Exist ? Math.Max(1, TextPieces.Count(written)) : int.MaxValue;
        TextPieces pieces = new(written);
        for (int number = 0; (pieces.TryNext(out ReadOnlySpan<byte> piece) || (shares.Exist && number == 0)) && !events.IsFull; number++)
        {
            Begin();
            if (!piece.IsEmpty || IsCompletion)
                Resume.ChunkWriter.WriteText(_output, name, piece);
            EndDelta();
            if (shares.Exist)
                shares.Write(_output, number, count, ofRefusal);
            End();
        }

        return !events.IsFull;
    }

    private readonly bool TryWriteCalls()
    {
        if (_parts.Calls.IsAbsent)
            return true;
        JsonElements calls = new(_json, _parts.Calls.Start);
        int index = 0;
        for (; calls.TryNext(out JsonMember call); index++)
        {
            if (call.Kind(_json) != '{')
                return false;
            BeginCall(index);
            BlankObject.WriteMembers(_output, _json, call.Start, Blanks.Call, isFirst: false);
            EndCall();
            if (!TryWriteArguments(call.Start, index))
                return false;
        }

        if (index == 0)
        {
            Begin();
            _output.Append("\"tool_calls\":[]"u8);
            EndDelta();
            End();
        }

        return true;
    }

    private readonly void BeginCall(int index)
    {
        Begin();
        _output.Append("\"tool_calls\":[{\"index\":"u8);
        _output.AppendNumber(index);
    }

    private readonly void EndCall()
    {
        _output.Append("}]"u8);
        EndDelta();
        End();
    }

    private readonly bool TryWriteArguments(int call, int index)
    {
        JsonMembers members = new(_json, call);
        while (members.TryNext(out JsonMember function))
        {
            bool isCustom = function.Name(_json).SequenceEqual("custom"u8);
            if (function.Kind(_json) != '{' || !(isCustom || function.Name(_json).SequenceEqual("function"u8)))
                continue;
            ReadOnlySpan<byte> name = isCustom ? "input"u8 : "arguments"u8;
            TextPieces pieces = new(ArgumentsOf(function, name));
            while (pieces.TryNext(out ReadOnlySpan<byte> piece) && !events.IsFull)
            {
                BeginCall(index);
                _output.Append(isCustom ? ",\"custom\":{"u8 : ",\"function\":{"u8);
                Resume.ChunkWriter.WriteText(_output, name, piece);
                _output.Append((byte)'}');
                EndCall();
            }
        }

        return !events.IsFull;
    }

    private readonly bool TryWriteFunctionCall()
    {
        Begin();
        BlankObject.WriteName(_output, "function_call"u8);
        BlankObject.Write(_output, _json, _parts.FunctionCall.Start, Blanks.Function);
        EndDelta();
        End();
        TextPieces pieces = new(ArgumentsOf(_parts.FunctionCall, "arguments"u8));
        while (pieces.TryNext(out ReadOnlySpan<byte> piece) && !events.IsFull)
        {
            Begin();
            _output.Append("\"function_call\":{"u8);
            Resume.ChunkWriter.WriteText(_output, "arguments"u8, piece);
            _output.Append((byte)'}');
            EndDelta();
            End();
        }

        return !events.IsFull;
    }

    /// <summary>The string of an object's member, as written; empty when it is absent or none.</summary>
    private readonly ReadOnlySpan<byte> ArgumentsOf(in JsonMember function, ReadOnlySpan<byte> name)
    {
        JsonMembers members = new(_json, function.Start);
        while (members.TryNext(out JsonMember member))
        {
            if (member.Name(_json).SequenceEqual(name))
                return member.Kind(_json) == '"' ? member.Text(_json) : default;
        }

        return default;
    }
}
