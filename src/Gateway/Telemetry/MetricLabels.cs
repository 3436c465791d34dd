using System.Collections.Frozen;
using System.Globalization;
using Gateway.Configuration;
using Gateway.Failures;

namespace Gateway.Telemetry;

/// <summary>The label values of metrics and access log: fixed strings, so a measurement allocates nothing and every label is bounded.</summary>
internal static class MetricLabels
{
    /// <summary>For what a request never got to (no router, no provider): an empty label would vanish in Prometheus.</summary>
    internal const string None = "none";

    private const string Succeeded = "ok";

    /// <summary>One for each <see cref="Endpoint"/>, the last for paths that are not relayed.</summary>
    private static readonly string[] Endpoints = [
        "chat", "completions", "embeddings", "responses", "messages", "count_tokens", "rerank", "classify", "speech", "transcriptions", "translations", "images", "other",
    ];

    private static readonly string[] Statuses =
        [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    /// <summary>An upstream's own error code may become an attempt's result; only these are label values.</summary>
    private static readonly FrozenSet<string> AttemptResults = Enum.GetValues<FailureCode>()
        .Select(code => FailureTable.Of(code).Code)
        .Append(Succeeded)
        .Append(AttemptRecord.Cancelled)
        .ToFrozenSet(StringComparer.Ordinal);

    internal static int EndpointCount => Endpoints.Length;

    internal static int IndexOf(Endpoint? endpoint) => endpoint is { } known ? (int)known : Endpoints.Length - 1;

    internal static string EndpointAt(int index) => Endpoints[index];

    internal static string Of(Endpoint? endpoint) => Endpoints[IndexOf(endpoint)];

    internal static string OfStatus(int status) => (uint)status < (uint)Statuses.Length ? Statuses[status] : "other";

    internal static string OfAttempt(string result) => result == Succeeded || AttemptResults.Contains(result) ? result : "other";

    internal static string Of(RequestResult result) => result switch
    {
        RequestResult.Ok => "ok",
        RequestResult.ClientError => "client_error",
        RequestResult.ClientClosed => "client_closed",
        RequestResult.UpstreamError => "upstream_error",
        _ => "incomplete",
    };

    internal static string Of(DisconnectPhase phase) => phase switch
    {
        DisconnectPhase.Receiving => "receiving",
        DisconnectPhase.Waiting => "waiting",
        _ => "streaming",
    };

    internal static string Of(ResumeResult result) => result switch
    {
        ResumeResult.Resumed => "resumed",
        ResumeResult.Diverged => "diverged",
        _ => "failed",
    };

    internal static string Of(AttemptKind kind) => kind switch
    {
        AttemptKind.First => "first",
        AttemptKind.Retry => "retry",
        AttemptKind.Hedge => "hedge",
        _ => "resume",
    };

    internal static string Of(CacheResult result) => result switch
    {
        CacheResult.Hit => "hit",
        CacheResult.Miss => "miss",
        CacheResult.Coalesced => "coalesced",
        CacheResult.Stale => "stale",
        _ => "bypass",
    };

    internal static string Of(KeepaliveStyle style) => style == KeepaliveStyle.Chunk ? "chunk" : "comment";
}
