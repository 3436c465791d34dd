namespace Gateway.Load.Measures;

/// <summary>The names under which failed requests are counted.</summary>
internal static class ErrorKinds
{
    public const string Connect = "connect";
    public const string Timeout = "timeout";
    public const string Reset = "reset";

    /// <summary>The connection closed inside the answer.</summary>
    public const string Cut = "cut";

    /// <summary>The stream ended in order but without a finish reason or without [DONE].</summary>
    public const string Incomplete = "incomplete";

    /// <summary>An error object inside a stream that had started.</summary>
    public const string Stream = "stream_error";

    /// <summary>Bytes that are no HTTP, no event stream or no JSON.</summary>
    public const string Protocol = "protocol";

    /// <summary>Too many requests were in flight for another one.</summary>
    public const string NotSent = "not_sent";

    /// <summary>Still running when the grace after the run was over.</summary>
    public const string Unfinished = "unfinished";

    private const string Status = "http_";

    private static readonly string[] All = [Connect, Timeout, Reset, Cut, Incomplete, Stream, Protocol, NotSent, Unfinished];

    public static bool IsKnown(string kind) => Array.IndexOf(All, kind) >= 0 || StatusOf(kind) is not null;

    public static string OfStatus(int status) => $"{Status}{status}";

    /// <summary>The status of a refusal; null: the kind is none.</summary>
    public static int? StatusOf(string kind) => kind.StartsWith(Status, StringComparison.Ordinal) && int.TryParse(kind.AsSpan(Status.Length), out int status) ? status : null;
}
