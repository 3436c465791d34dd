namespace Gateway.Admission;

/// <summary>W3C Trace Context: the trace id of a <c>traceparent</c>, for the access log. The header itself is forwarded as it is.</summary>
internal static class TraceContext
{
    /// <summary>32 hex digits, or null when the header is absent or not <c>00-&lt;32&gt;-&lt;16&gt;-&lt;2&gt;</c>.</summary>
    internal static string? TraceId(string? traceparent)
    {
        if (traceparent is not { Length: >= 55 } || traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-')
            return null;
        string id = traceparent[3..35];
        return id.All(char.IsAsciiHexDigitLower) && id.AsSpan().ContainsAnyExcept('0') ? id : null;
    }
}
