using Gateway.Streaming.Requests;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Canonical;

/// <summary>
/// Writes the canonical form of a body that was scanned: tokens that begin with a <see cref="CanonicalTag"/>, texts decoded, numbers as exact
/// decimals. Every method that says false has met what has no canonical form; the output is then of no use.
/// </summary>
internal ref struct CanonicalWriter(ReadOnlySpan<byte> json, PooledBytes output, CanonicalMembers members)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at;

    internal bool TryWriteRoot(RequestFields fields)
    {
        int first = members.Count;
        foreach (ref readonly BodyMember member in fields.Members)
        {
            _at = member.Start;
            if (!TryPushMember(member.ValueStart))
                return false;
        }

        return TryWriteSorted(first, CanonicalOrder.Root);
    }

    private bool TryWriteValue(CanonicalOrder order)
    {
        switch (PeekToken())
        {
            case (byte)'{':
                return order is CanonicalOrder.Message or CanonicalOrder.Part or CanonicalOrder.Settings ? TryWriteSortedObject(order) : TryWriteObject();
            case (byte)'[':
                return TryWriteArray(CanonicalRules.OfElements(order));
            case (byte)'"':
                output.Append(CanonicalTag.Text);
                return TryWriteText(output);
            case (byte)'t' or (byte)'f' or (byte)'n':
                WriteLiteral();
                return true;
            default:
                return CanonicalNumber.TryWrite(_json, ref _at, output);
        }
    }

    private bool TryWriteArray(CanonicalOrder elements)
    {
        output.Append(CanonicalTag.ArrayStart);
        _at++;
        while (PeekToken() != ']')
        {
            if (!TryWriteValue(elements))
                return false;
            SkipComma();
        }

        _at++;
        output.Append(CanonicalTag.ArrayEnd);
        return true;
    }

    /// <summary>An object whose order stays: written as it is read; that no name comes twice is seen at its end.</summary>
    private bool TryWriteObject()
    {
        int first = members.Count;
        output.Append(CanonicalTag.ObjectStart);
        _at++;
        while (PeekToken() != '}')
        {
            output.Append(CanonicalTag.Text);
            int start = output.Length;
            if (!TryWriteText(output))
                return false;
            members.Push(new(start, output.Length - start, _at));
            SkipColon();
            if (!TryWriteValue(CanonicalOrder.Kept))
                return false;
            SkipComma();
        }

        _at++;
        output.Append(CanonicalTag.ObjectEnd);
        bool isValid = members.TrySort(first, output);
        members.Pop(first);
        return isValid;
    }

    private bool TryWriteSortedObject(CanonicalOrder order)
    {
        int first = members.Count;
        _at++;
        while (PeekToken() != '}')
        {
            int nameStart = _at;
            SkipText();
            SkipColon();
            PeekToken();
            int valueStart = _at;
            _at = nameStart;
            if (!TryPushMember(valueStart))
                return false;
            // It was valid once, and still is.
            _at = ValueSkipper.FindEnd(_json, valueStart, depth: 0);
            SkipComma();
        }

        int end = _at + 1;
        bool isWritten = TryWriteSorted(first, order);
        _at = end;
        return isWritten;
    }

    /// <summary>Remembers the member whose name stands here; one that is null counts as absent, but not as another name.</summary>
    private bool TryPushMember(int valueStart)
    {
        int nameStart = members.Names.Length;
        if (!TryWriteText(members.Names))
            return false;
        members.Push(new(nameStart, members.Names.Length - nameStart, valueStart));
        return true;
    }

    private bool TryWriteSorted(int first, CanonicalOrder order)
    {
        if (!members.TrySort(first, members.Names))
            return false;
        int end = members.Count;
        output.Append(CanonicalTag.ObjectStart);
        for (int i = first; i < end; i++)
        {
            CanonicalMember member = members[i];
            ReadOnlySpan<byte> name = members.Names.Span.Slice(member.NameStart, member.NameLength);
            if (_json[member.ValueStart] == 'n')
                continue;
            bool isLeftOut = order == CanonicalOrder.Root && CanonicalRules.IsLeftOut(name);
            int start = output.Length;
            CanonicalOrder below = CanonicalRules.OfMember(order, name);
            output.Append(CanonicalTag.Text);
            output.Append(name);
            _at = member.ValueStart;
            if (!TryWriteValue(below))
                return false;
            // Only now: a doubled key in it is one all the same.
            if (isLeftOut)
                output.Truncate(start);
        }

        output.Append(CanonicalTag.ObjectEnd);
        members.Pop(first);
        return true;
    }

    /// <summary>Decodes the string that begins here; false for half a surrogate pair.</summary>
    private bool TryWriteText(PooledBytes to)
    {
        Span<byte> utf8 = stackalloc byte[4];
        _at++;
        while (true)
        {
            ReadOnlySpan<byte> rest = _json[_at..];
            int stop = rest.IndexOfAny((byte)'"', (byte)'\\');
            to.Append(rest[..stop]);
            _at += stop + 1;
            if (rest[stop] == '"')
                return true;
            if (!EscapedText.TryUnescape(rest[stop..], utf8, out int consumed, out int produced))
                return false;
            to.Append(utf8[..produced]);
            _at += consumed - 1;
        }
    }

    private void SkipText()
    {
        _at++;
        while (true)
        {
            _at += _json[_at..].IndexOfAny((byte)'"', (byte)'\\') + 1;
            if (_json[_at - 1] == '"')
                return;
            _at++;
        }
    }

    private void WriteLiteral()
    {
        output.Append(CanonicalTag.Literal);
        output.Append(_json[_at]);
        _at += _json[_at] == 'f' ? "false".Length : "true".Length;
    }

    private void SkipColon()
    {
        PeekToken();
        _at++;
    }

    private void SkipComma()
    {
        if (PeekToken() == ',')
            _at++;
    }

    private byte PeekToken()
    {
        while (_json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _at++;
        return _json[_at];
    }
}
