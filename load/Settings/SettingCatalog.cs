using Gateway.Load.Requests;
using Gateway.Load.Run;
using Gateway.Simulator;

namespace Gateway.Load.Settings;

/// <summary>Every setting of a load. The order is the one they are applied in: what others need comes first.</summary>
internal static class SettingCatalog
{
    public static readonly Setting[] All =
    [
        new("url", "URL", "Base URL of the endpoint, with or without /v1.", static (o, v) => o with { Url = SettingParse.Url(v) }),
        new("duration", "D", "Measured time (30s).", static (o, v) => o with { Duration = SettingParse.PositiveDuration(v) }),
        new("warmup", "D", "Time before it that does not count (0).", static (o, v) => o with { Warmup = SettingParse.Duration(v) }),
        new("model", "ID[=W]", "Model, with its weight in a mix; repeatable; default: the first listed.",
            static (o, v) => o with { Requests = o.Requests with { Models = [.. o.Requests.Models, SettingParse.Model(v)] } }),
        new("api", "API", "chat, completions or embeddings (chat).", static (o, v) => o with { Requests = o.Requests with { Api = SettingParse.Api(v) } }),
        new("stream", "", "Ask for event streams.", static (o, v) => o with { Requests = o.Requests with { Stream = SettingParse.Flag(v) } }),
        new("no-usage", "", "Streams do not ask for usage: output tokens are then the chunks.",
            static (o, v) => o with { Requests = o.Requests with { AskForUsage = !SettingParse.Flag(v) } }),
        new("concurrency", "N", "Closed loop: requests at once; also ramps and steps, as in 1..64 or 8:10s,64:10s (1).",
            static (o, v) => o with { Concurrency = SettingParse.Concurrency(v, o) }),
        new("rate", "R", "Open loop: requests per second; also ramps and steps, as in 10..200 or 10:5s,100:2s,10:5s.",
            static (o, v) => o with { Rate = SettingParse.Profile(v, o) }),
        new("arrival", "SHAPE", "Gaps of the open loop: poisson, constant or gamma (poisson).", static (o, v) => o with { Arrival = SettingParse.Shape(v) }),
        new("burstiness", "B", "Of gamma: 1 is poisson, below burstier, above more regular (1).",
            static (o, v) => o with { Burstiness = SettingParse.Positive(v) }),
        new("trace", "FILE", "Open loop: a fixed schedule, JSONL with timestamp (ms) and input_length, output_length.", static (o, v) => o with { Trace = v }),
        new("max-requests", "N", "Bound on the requests of a run (1000000).", static (o, v) => o with { MaxRequests = SettingParse.Count(v, int.MaxValue) }),
        new("max-in-flight", "N", "Open loop: requests at once before others are counted as not_sent (20000).",
            static (o, v) => o with { MaxInFlight = SettingParse.Count(v, 60_000) }),
        new("timeout", "D", "Of one request (2m).", static (o, v) => o with { Timeout = SettingParse.PositiveDuration(v) }),
        new("grace", "D", "For requests in flight after the duration (30s).", static (o, v) => o with { Grace = SettingParse.Duration(v) }),
        new("prompt-tokens", "DIST", "Prompt length: N, normal:MEAN:DEV, lognormal:MEDIAN:SIGMA or uniform:FROM:TO (64).",
            static (o, v) => o with { Requests = o.Requests with { PromptTokens = SettingParse.Lengths(v) } }),
        new("output-tokens", "DIST", "max_tokens, as a distribution too; without it the field is left out.",
            static (o, v) => o with { Requests = o.Requests with { OutputTokens = SettingParse.Lengths(v) } }),
        new("ignore-eos", "", "Ask for exactly max_tokens (vLLM, Dynamo).", static (o, v) => o with { Requests = o.Requests with { IgnoreEos = SettingParse.Flag(v) } }),
        new("prompts", "N", "Different prompts, then they come again (1000).",
            static (o, v) => o with { Requests = o.Requests with { Prompts = SettingParse.Count(v, 1_000_000) } }),
        new("dataset", "FILE", "JSONL with prompt, text or messages, and optional output_length.", static (o, v) => o with { Requests = o.Requests with { Dataset = v } }),
        new("prefix-tokens", "N", "Length of the prefixes that prompts share.",
            static (o, v) => o with { Requests = o.Requests with { PrefixTokens = SettingParse.Whole(v, LengthDistribution.Longest) } }),
        new("prefixes", "N", "How many of them (1).", static (o, v) => o with { Requests = o.Requests with { Prefixes = SettingParse.Count(v, 100_000) } }),
        new("turns", "DIST", "Turns of a conversation (1).", static (o, v) => o with { Requests = o.Requests with { Turns = SettingParse.Lengths(v) } }),
        new("turn-delay", "D", "Pause between its turns (0).", static (o, v) => o with { Requests = o.Requests with { TurnDelay = SettingParse.Duration(v) } }),
        new("cancel", "SHARE", "Share of requests whose client leaves, as in 5%.",
            static (o, v) => o with { Requests = o.Requests with { CancelShare = SettingParse.Share(v) } }),
        new("cancel-after", "D", "When it leaves, counted from the send; 0: at the first content (0).",
            static (o, v) => o with { Requests = o.Requests with { CancelAfter = SettingParse.Duration(v) } }),
        new("header", "NAME:VALUE", "Sent with every request; repeatable.",
            static (o, v) => o with { Requests = o.Requests with { Headers = [.. o.Requests.Headers, SettingParse.Header(v)] } }),
        new("api-key", "KEY", "Sent as bearer token; repeatable: used in turn.",
            static (o, v) => o with { Requests = o.Requests with { ApiKeys = [.. o.Requests.ApiKeys, SettingParse.HeaderValue(v)] } }),
        new("extra", "NAME=JSON", "Field added to every body; repeatable.",
            static (o, v) => o with { Requests = o.Requests with { ExtraFields = [.. o.Requests.ExtraFields, SettingParse.Extra(v)] } }),
        new("goodput", "LIMITS", "Objectives of a good request, as in ttft:200ms,tpot:30ms,itl:30ms,e2el:5s.", static (o, v) => o with { Objectives = SettingParse.Objectives(v) }),
        new("stall", "D", "A gap above this counts as a stall (2s).", static (o, v) => o with { StallThreshold = SettingParse.PositiveDuration(v) }),
        new("pace", "D", "The upstream's time between two chunks: measures how far each is behind it.", static (o, v) => o with { Pace = SettingParse.Duration(v) }),
        new("pid", "PID", "Measure CPU and memory of this process too.", static (o, v) => o with { Pid = SettingParse.Whole(v, int.MaxValue) }),
        new("check", "", "Compare every answer with what the simulator must have said (its defaults, or the four options below).",
            static (o, v) => SettingParse.Flag(v) ? Checked(o, static s => s) : o),
        new("check-seed", "N", "Its seed (1).", static (o, v) => Checked(o, s => s with { Seed = SettingParse.Whole(v, int.MaxValue) })),
        new("check-output-tokens", "N", "Its output tokens (64).", static (o, v) => Checked(o, s => s with { OutputTokens = SettingParse.Whole(v, 1_000_000) })),
        new("check-reasoning-tokens", "N", "Its reasoning tokens (0).", static (o, v) => Checked(o, s => s with { ReasoningTokens = SettingParse.Whole(v, 1_000_000) })),
        new("check-tokens-per-chunk", "N", "Its tokens per chunk (1).", static (o, v) => Checked(o, s => s with { TokensPerChunk = SettingParse.Whole(v, 1_000) })),
        new("seed", "N", "Of prompts, lengths and arrivals (1).", static (o, v) => o with { Seed = SettingParse.Whole(v, int.MaxValue) }),
        new("insecure", "", "Take any certificate.", static (o, v) => o with { Insecure = SettingParse.Flag(v) }),
    ];

    private static RunOptions Checked(RunOptions options, Func<SimulatorOptions, SimulatorOptions> change) =>
        options with { Requests = options.Requests with { Check = change(options.Requests.Check ?? new SimulatorOptions()) } };

    /// <summary>Applies values in the catalog's order.</summary>
    /// <param name="options">What they change.</param>
    /// <param name="values">Settings that exist.</param>
    /// <param name="errors">One line for each that is wrong.</param>
    public static RunOptions Apply(RunOptions options, IReadOnlyList<SettingValue> values, List<string> errors)
    {
        foreach (Setting setting in All)
        {
            foreach (SettingValue value in values.Where(value => value.Name == setting.Name))
            {
                try
                {
                    options = setting.Apply(options, value.Value);
                }
                catch (FormatException exception)
                {
                    errors.Add($"{value.Place} '{value.Value}': {exception.Message}.");
                }
            }
        }

        return options;
    }
}
