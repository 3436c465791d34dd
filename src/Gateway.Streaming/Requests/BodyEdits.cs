using System.Buffers;
using System.Diagnostics;

namespace Gateway.Streaming.Requests;

/// <summary>
/// The edits of one attempt: splices against the scanned body, members taken out and members added, with their commas. Ranges that no edit
/// names reach the upstream byte for byte. Reusable: <see cref="Begin"/> keeps the memory. One user at a time; many may share a body.
/// </summary>
public sealed partial class BodyEdits
{
    private static readonly RequestFields NoFields = new();

    private readonly List<Splice> _splices = []; // inside of members, by offset
    private readonly List<int> _removed = []; // indices of members, ascending
    private readonly List<Splice> _added = []; // whole members; Length is that of the name
    private readonly List<Splice> _plan = new(8); // all of the above against the body, by offset
    private readonly ArrayBufferWriter<byte> _text = new(256);
    private RequestFields _fields = NoFields;
    private bool _isPlanned;

    /// <summary>Forgets all edits and starts on another body (or on the same one again).</summary>
    /// <param name="fields">Of a body that was scanned without error.</param>
    public void Begin(RequestFields fields)
    {
        _fields = fields;
        _splices.Clear();
        _removed.Clear();
        _added.Clear();
        _text.ResetWrittenCount();
        _isPlanned = false;
    }

    /// <summary>True when the original body can be sent as it is.</summary>
    public bool IsEmpty => Plan().Count == 0;

    /// <summary>Bytes of the edited body.</summary>
    public int Length
    {
        get
        {
            int length = _fields.BodyLength;
            foreach (Splice splice in Plan())
                length += splice.TextLength - splice.Length;
            return length;
        }
    }

    internal RequestFields Fields => _fields;

    /// <summary>Replaces a range inside of one member (its name or a part of its value). The same range again: the later text stays.</summary>
    public void Replace(int start, int length, ReadOnlySpan<byte> text)
    {
        var splice = new Splice(start, length, Keep(text), text.Length);
        int at = 0;
        while (at < _splices.Count && _splices[at].Start < start)
            at++;
        bool isSame = at < _splices.Count && _splices[at].Start == start && _splices[at].Length == length;
        Debug.Assert(at == 0 || _splices[at - 1].End <= start, "overlaps the edit before");
        Debug.Assert(isSame || at == _splices.Count || splice.End <= _splices[at].Start, "overlaps the edit after");
        if (isSame)
            _splices[at] = splice;
        else
            _splices.Insert(at, splice);
    }

    /// <summary>Takes back what <see cref="Replace"/> put there.</summary>
    public void Restore(int start, int length)
    {
        for (int i = 0; i < _splices.Count; i++)
        {
            if (_splices[i].Start == start && _splices[i].Length == length)
            {
                _splices.RemoveAt(i);
                _isPlanned = false;
                return;
            }
        }
    }

    /// <summary>Inserts inside of a value. At the same place again: the later text stays.</summary>
    public void Insert(int position, ReadOnlySpan<byte> text) => Replace(position, 0, text);

    /// <summary>Takes a top-level member out with its comma; edits inside of it go with it.</summary>
    /// <param name="index">In <see cref="RequestFields.Members"/>.</param>
    public void Remove(int index)
    {
        int at = _removed.BinarySearch(index);
        if (at >= 0)
            return;
        _removed.Insert(~at, index);
        BodyMember member = _fields.Members[index];
        for (int i = _splices.Count - 1; i >= 0; i--)
        {
            if (_splices[i].Start >= member.Start && _splices[i].End <= member.End)
                _splices.RemoveAt(i);
        }
        _isPlanned = false;
    }

    public bool IsRemoved(int index) => _removed.Count > 0 && _removed.BinarySearch(index) >= 0;

    /// <summary>Adds a top-level member after the last one. The same name again: the later value stays.</summary>
    /// <param name="name">Plain ASCII.</param>
    /// <param name="value">JSON.</param>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int start = Keep("\""u8);
        Keep(name);
        Keep("\":"u8);
        Keep(value);
        var member = new Splice(0, name.Length, start, _text.WrittenCount - start);
        if (FindAdded(name) is var at and >= 0)
            _added[at] = member;
        else
            _added.Add(member);
    }

    /// <summary>Takes back what <see cref="Add"/> added under that name.</summary>
    internal void RemoveAdded(ReadOnlySpan<byte> name)
    {
        int at = FindAdded(name);
        if (at < 0)
            return;
        _added.RemoveAt(at);
        _isPlanned = false;
    }

    private int FindAdded(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _added.Count; i++)
        {
            if (TextOf(_added[i]).Slice(1, _added[i].Length).SequenceEqual(name))
                return i;
        }
        return -1;
    }

    /// <summary>Whether a member is still there and bears that name after the edits.</summary>
    internal bool IsNamed(ReadOnlySpan<byte> body, int index, ReadOnlySpan<byte> name)
    {
        if (IsRemoved(index))
            return false;
        ref readonly BodyMember member = ref _fields.Members[index];
        foreach (Splice splice in _splices)
        {
            if (splice.Start == member.Start)
                return TextOf(splice)[1..^1].SequenceEqual(name);
        }
        return member.IsNamed(body, name);
    }

    /// <summary>Writes the edited body; <paramref name="body"/> is the one that was scanned.</summary>
    public void WriteTo(ReadOnlySpan<byte> body, IBufferWriter<byte> writer)
    {
        int position = 0;
        foreach (Splice splice in Plan())
        {
            writer.Write(body[position..splice.Start]);
            writer.Write(TextOf(splice));
            position = splice.End;
        }
        writer.Write(body[position..]);
    }
}
