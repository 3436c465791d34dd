using System.Globalization;
using Gateway.Simulator;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>The size of a chaos run. The short form is part of every test run; variables named <c>CHAOS_…</c> (<c>make chaos</c>) make it another.</summary>
internal sealed record ChaosPlan
{
    public const string Model = "meta/llama-3.1-8b-instruct";

    /// <summary>Of the replicas' texts and lengths, known to the clients too.</summary>
    public static readonly SimulatorOptions Text = new() { OutputTokens = 30 };

    public int Replicas => 4;

    /// <summary>Clients, each of which has one request at a time.</summary>
    public int Clients { get; private init; } = 60;

    /// <summary>Length of the storm.</summary>
    public TimeSpan Storm { get; private init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// The same load without faults, before the memory is measured the first time. In the full form as long as the storm: the first collections of a young
    /// process leave the heap smaller than it stays.
    /// </summary>
    public TimeSpan WarmUp { get; private init; } = TimeSpan.FromSeconds(3);

    /// <summary>Between the storm's end and the second measurement of the memory.</summary>
    public TimeSpan Calm { get; private init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory allowed after the storm, as a multiple of what it was before. The short form begins with a heap that is still small.</summary>
    public double MemoryFactor { get; private init; } = 2;

    public int Seed { get; private init; } = 1;

    public string Strategy { get; private init; } = "least-requests";

    /// <summary>Empty: no hedging.</summary>
    public string HedgeDelay { get; private init; } = "";

    public string MidStream { get; private init; } = "error";

    /// <summary>Where to write the gateway's access log to; null: nowhere.</summary>
    public string? LogFile { get; private init; }

    public static TimeSpan StreamDeadline => TimeSpan.FromSeconds(15);

    public static TimeSpan UnaryDeadline => TimeSpan.FromSeconds(8);

    /// <summary>How much later than its deadline an answer may be over.</summary>
    public static TimeSpan Late => TimeSpan.FromSeconds(2);

    /// <summary>The short form, or what the environment says.</summary>
    public static ChaosPlan Read()
    {
        ChaosPlan plan = new()
        {
            Seed = Number("CHAOS_SEED", 1),
            Strategy = Variable("CHAOS_STRATEGY") ?? "least-requests",
            HedgeDelay = Variable("CHAOS_HEDGE_DELAY") ?? "",
            MidStream = Variable("CHAOS_MID_STREAM") ?? "error",
            LogFile = Variable("CHAOS_LOG"),
        };
        return Variable("CHAOS_SECONDS") is null ? plan : plan with
        {
            Clients = Number("CHAOS_CLIENTS", 500),
            Storm = TimeSpan.FromSeconds(Number("CHAOS_SECONDS", 60)),
            WarmUp = TimeSpan.FromSeconds(Number("CHAOS_SECONDS", 60)),
            Calm = TimeSpan.FromSeconds(30),
            MemoryFactor = 1.2,
        };
    }

    /// <summary>The gateway's configuration: deadlines of a few seconds, everything else as it is by default.</summary>
    public string Configuration(IEnumerable<Uri> replicas) => $$"""
        providers:
          dynamo:
            type: dynamo
            base-urls: [{{string.Join(", ", replicas.Select(replica => $"\"{replica.GetLeftPart(UriPartial.Authority)}\""))}}]
            timeouts: { connect: 1s, first-byte: 3s, idle: 3s, total: 30s }
        routers:
          default:
            load-balance:
              chat: { strategy: {{Strategy}}, providers: [dynamo] }
        keepalive: { interval: 1s }
        mid-stream: {{MidStream}}
        {{(HedgeDelay.Length > 0 ? $"hedging: {{ delay: {HedgeDelay} }}" : "")}}
        """;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int Number(string name, int otherwise) => Variable(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
