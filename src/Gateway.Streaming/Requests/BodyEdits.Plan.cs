using System.Buffers;

namespace Gateway.Streaming.Requests;

/// <content>From members and values to ranges of bytes; here the commas are settled, once all edits are known.</content>
public sealed partial class BodyEdits
{
    private List<Splice> Plan()
    {
        if (_isPlanned)
            return _plan;
        _plan.Clear();
        if (_fields.BodyStart > 0)
            _plan.Add(new Splice(0, _fields.BodyStart, 0, 0));
        _plan.AddRange(_splices);
        if (_removed.Count > 0 || _added.Count > 0)
        {
            PlanMembers(_fields.Members);
            _plan.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        }
        _isPlanned = true;
        return _plan;
    }

    /// <summary>
    /// A member that is followed by a kept one goes with the comma after it; those behind the last kept member go with the comma before
    /// them, and there the new members are written.
    /// </summary>
    private void PlanMembers(ReadOnlySpan<BodyMember> members)
    {
        int kept = members.Length; // number of members up to the last kept one
        int inside = _removed.Count; // removed ones among them
        while (inside > 0 && _removed[inside - 1] == kept - 1)
        {
            inside--;
            kept--;
        }
        for (int i = 0; i < inside; i++)
        {
            int index = _removed[i];
            _plan.Add(new Splice(members[index].Start, members[index + 1].Start - members[index].Start, 0, 0));
        }

        int tail = kept > 0 ? members[kept - 1].End : members.IsEmpty ? _fields.RootStart + 1 : members[0].Start;
        int end = members.IsEmpty ? tail : members[^1].End;
        int text = _text.WrittenCount;
        for (int i = 0; i < _added.Count; i++)
        {
            if (kept > 0 || i > 0)
                _text.Write(","u8);
            // Room first: writing moves the buffer that the text is read from.
            Span<byte> room = _text.GetSpan(_added[i].TextLength);
            TextOf(_added[i]).CopyTo(room);
            _text.Advance(_added[i].TextLength);
        }
        if (end > tail || _text.WrittenCount > text)
            _plan.Add(new Splice(tail, end - tail, text, _text.WrittenCount - text));
    }

    private int Keep(ReadOnlySpan<byte> text)
    {
        int start = _text.WrittenCount;
        _text.Write(text);
        _isPlanned = false;
        return start;
    }

    private ReadOnlySpan<byte> TextOf(Splice splice) => _text.WrittenSpan.Slice(splice.TextStart, splice.TextLength);
}
