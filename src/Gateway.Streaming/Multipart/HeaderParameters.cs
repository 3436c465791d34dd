using System.Text;

namespace Gateway.Streaming.Multipart;

/// <summary>The <c>; name=value</c> pairs behind a header's value; a value is a token, or quoted with backslash escapes (RFC 9110 §5.6.6).</summary>
internal ref struct HeaderParameters
{
    private ReadOnlySpan<char> _rest;

    internal HeaderParameters(ReadOnlySpan<char> header)
    {
        int start = header.IndexOf(';');
        Value = (start < 0 ? header : header[..start]).Trim(" \t");
        _rest = start < 0 ? default : header[start..];
    }

    /// <summary>What stands before the first semicolon.</summary>
    internal ReadOnlySpan<char> Value { get; }

    /// <summary>False once something was no parameter.</summary>
    internal bool IsValid { get; private set; } = true;

    /// <summary>The next pair; false at the end, and at what is none.</summary>
    internal bool Next(out ReadOnlySpan<char> name, out string? value)
    {
        name = default;
        value = null;
        _rest = _rest.TrimStart("; \t");
        if (_rest.IsEmpty)
            return false;
        int equals = _rest.IndexOf('=');
        IsValid = equals > 0 && !_rest[..equals].ContainsAny(" \t;\"");
        if (!IsValid)
            return false;
        name = _rest[..equals];
        _rest = _rest[(equals + 1)..];
        value = _rest is ['"', ..] ? Quoted() : Token();
        _rest = _rest.TrimStart(" \t");
        // Behind a value comes the next semicolon, or nothing.
        IsValid = value is not null && (_rest.IsEmpty || _rest[0] == ';');
        return IsValid;
    }

    private string? Token()
    {
        int end = _rest.IndexOfAny("; \t");
        ReadOnlySpan<char> token = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        return token.IsEmpty || token.Contains('"') ? null : token.ToString();
    }

    private string? Quoted()
    {
        StringBuilder text = new();
        for (int i = 1; i < _rest.Length; i++)
        {
            if (_rest[i] == '"')
            {
                _rest = _rest[(i + 1)..];
                return text.ToString();
            }

            if (_rest[i] == '\\' && ++i == _rest.Length)
                break;
            text.Append(_rest[i]);
        }

        return null;
    }
}
