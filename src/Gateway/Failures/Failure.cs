namespace Gateway.Failures;

/// <summary>A failure as a value: what happened and what the client is told. Never holds a credential or a host name.</summary>
internal sealed record Failure(FailureCode Code, string Message)
{
    /// <summary>How long the client should wait before it tries again; sent as <c>Retry-After</c>, rounded up to seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary><see cref="RetryAfter"/> as the header and the error event carry it: whole seconds, rounded up, at least 1.</summary>
    public long? RetryAfterSeconds => RetryAfter is { } wait ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)) : null;

    /// <summary>The request field at fault, as OpenAI's <c>param</c>.</summary>
    public string? Param { get; init; }

    /// <summary>Set when the upstream's own status is passed on (4xx, 501).</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>Set when the upstream gave a string code of its own.</summary>
    public string? UpstreamCode { get; init; }

    /// <summary>The upstream refused the prompt as too long for its model: another model may take it.</summary>
    public bool IsContextLength { get; init; }

    public int Status => UpstreamStatus ?? FailureTable.Of(Code).Status;

    public string Type => FailureTable.Of(Code).Type;

    public string WireCode => UpstreamCode ?? FailureTable.Of(Code).Code;

    public FailureSide Side => FailureTable.Of(Code).Side;
}
