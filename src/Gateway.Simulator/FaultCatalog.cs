using Gateway.Simulator.Faults;

namespace Gateway.Simulator;

/// <summary>The faults that a request can ask for by its model name. Several combine with <c>+</c>: <c>sim/reasoning-3+cut-after-2</c>.</summary>
public static class FaultCatalog
{
    internal const string Prefix = "sim/";

    private const string ContextMessage =
        "This model's maximum context length is 8192 tokens. However, you requested 9001 tokens. Please reduce the length of the messages or completion.";

    private static readonly FaultEntry[] Entries =
    [
        Plain("normal", "a normal answer", static plan => plan),
        Numbered("slow-first-token", 20_000, "headers and role chunk at once, first content after N ms (20000)",
            static (plan, n) => plan with { FirstTokenDelay = TimeSpan.FromMilliseconds(n) }),
        Plain("silent", "accepts the request and never answers", static plan => plan with { Silent = true }),
        Plain("stall", "stalls for ever after 5 content chunks", static plan => plan with { Ending = Ending.Stall, EndAfter = 5 }),
        Numbered("stall-after", null, "stalls for ever after N content chunks", static (plan, n) => plan with { Ending = Ending.Stall, EndAfter = n }),
        Numbered("cut-after", null, "closes the connection (FIN) after N content chunks, the chunked body unfinished",
            static (plan, n) => plan with { Ending = Ending.Cut, EndAfter = n }),
        Numbered("reset-after", null, "resets the connection (RST) after N content chunks", static (plan, n) => plan with { Ending = Ending.Reset, EndAfter = n }),
        Numbered("end-after", null, "ends the body cleanly after N content chunks: no finish reason, no [DONE]",
            static (plan, n) => plan with { Ending = Ending.EndOfBody, EndAfter = n }),
        Plain("no-done", "a complete stream without [DONE]", static plan => plan with { NoDone = true }),
        Plain("error-first", "error as data (1.2+), then [DONE], before any content", static plan => plan with { Ending = Ending.ErrorData }),
        Numbered("error-after", null, "error as data (1.2+), then [DONE], after N content chunks",
            static (plan, n) => plan with { Ending = Ending.ErrorData, EndAfter = n }),
        Plain("error-event-first", "event: error with a comment (up to 1.1) before any content", static plan => plan with { Ending = Ending.ErrorEvent }),
        Numbered("error-event-after", null, "event: error with a comment (up to 1.1) after N content chunks",
            static (plan, n) => plan with { Ending = Ending.ErrorEvent, EndAfter = n }),
        Numbered("fail-after", null, "error in the stream after N content chunks, in the style of the simulated release",
            static (plan, n) => plan with { Ending = Ending.Error, EndAfter = n }),
        Numbered("malformed-at", null, "a broken event before content chunk N (from 1), then the rest (a unary body is broken JSON)",
            static (plan, n) => plan with { MalformedAt = n }),
        Plain("html", "200 with an HTML page", static plan => plan with { Body = BodyFault.Html }),
        Plain("not-json", "200 application/json with a body that is no JSON", static plan => plan with { Body = BodyFault.NotJson }),
        Plain("gzip", "the answer with Content-Encoding: gzip, asked for or not", static plan => plan with { Body = BodyFault.Gzip }),
        Plain("short-body", "Content-Length longer than the body (a stream is cut before its finish chunk)",
            static plan => plan with { Body = BodyFault.Short, Ending = Ending.Cut, EndAfter = int.MaxValue }),
        Status("500", 500), Status("502", 502), Status("503", 503), Status("504", 504), Status("529", 529), Status("401", 401), Status("403", 403),
        Status("429", 429),
        Numbered("429-retry-after", null, "429 with Retry-After: N seconds", static (plan, n) => plan with { Status = 429, RetryAfterSeconds = n }),
        Plain("400-context", "400: context length exceeded", static plan => plan with { Status = 400, Message = ContextMessage }),
        Numbered("strict", 400, "status N (400, or 422 with a validation list) while the body has stream_options, max_completion_tokens, n, a penalty, …, as some NIM models",
            static (plan, n) => plan with { StrictStatus = n == 422 ? 422 : 400 }),
        Plain("degraded", "400 DEGRADED function, as NVIDIA's hosted functions without a healthy instance",
            static plan => plan with { Status = 400, Message = "Function id 'f-1': DEGRADED function cannot be invoked" }),
        Numbered("pending", 2, "202 with NVCF-REQID; its status path says 202 N times (2), then answers", static (plan, n) => plan with { PendingPolls = Math.Max(1, n) }),
        Plain("404-empty", "404 with an empty body, as before a model registers", static plan => plan with { Status = 404, EmptyBody = true }),
        Numbered("flaky", null, "503 for N percent of the requests", static (plan, n) => plan with { FlakyPercent = n }),
        Plain("dribble", "one byte per write", static plan => plan with { Dribble = true }),
        Numbered("big-chunk", null, "chunks of N KiB of content (at most 16384)", static (plan, n) => plan with { BigChunkKiB = Math.Clamp(n, 1, 16 * 1024) }),
        Plain("crlf", "event lines end in CRLF", static plan => plan with { Crlf = true }),
        Numbered("reasoning", 8, "N reasoning chunks (8) before the content", static (plan, n) => plan with { ReasoningChunks = n }),
        Plain("tools", "answers with a tool call", static plan => plan with { Tools = true }),
        Plain("no-usage", "no usage, even when it is asked for", static plan => plan with { Usage = UsageMode.Never }),
        Plain("usage-each", "cumulative usage on every chunk", static plan => plan with { Usage = UsageMode.EveryChunk }),
        Plain("usage-last", "usage in the finish chunk, no chunk of its own", static plan => plan with { Usage = UsageMode.FinishChunk }),
        Plain("comments", "a comment frame before every content chunk", static plan => plan with { Comments = true }),
        Plain("redirect", "302 to /elsewhere", static plan => plan with { Status = 302, EmptyBody = true }),
        Plain("set-cookie", "a normal answer with set-cookie, server, via and x-ratelimit-* headers", static plan => plan with { ForeignHeaders = true }),
        Plain("tricky", "text that looks like framing: \"usage\":, data: [DONE], \"finish_reason\":\"stop\"", static plan => plan with { Text = TextKind.Tricky }),
        Plain("escapes", "text with \\u escapes, quotes, backslashes and newlines", static plan => plan with { Text = TextKind.Escapes }),
    ];

    /// <summary>Every fault with one line of explanation, in the order to print them.</summary>
    public static IReadOnlyList<FaultDescription> All { get; } = [.. Entries.Select(static entry => new FaultDescription(entry.DisplayName, entry.Description))];

    /// <summary>Whether <paramref name="name"/> (with or without <c>sim/</c>) names a fault or a combination of faults.</summary>
    public static bool IsKnown(string name) => Add(name, FaultPlan.None) is not null;

    /// <summary>Adds the faults of <paramref name="name"/> to <paramref name="plan"/>; null when one of them is unknown.</summary>
    internal static FaultPlan? Add(string name, FaultPlan plan)
    {
        string faults = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        foreach (string fault in faults.Split('+'))
        {
            int number = 0;
            FaultEntry? entry = Array.Find(Entries, candidate => candidate.Matches(fault, out number));
            if (entry is null)
            {
                return null;
            }

            plan = entry.Apply(plan, number);
        }

        return plan;
    }

    private static FaultEntry Plain(string name, string description, Func<FaultPlan, FaultPlan> apply) => new(name, 0, false, description, (plan, _) => apply(plan));

    private static FaultEntry Numbered(string stem, int? fallback, string description, Func<FaultPlan, int, FaultPlan> apply) =>
        new(stem, fallback, true, description, apply);

    private static FaultEntry Status(string name, int status) => new(name, 0, false, $"status {name} with Dynamo's flat error body", (plan, _) => plan with { Status = status });
}
