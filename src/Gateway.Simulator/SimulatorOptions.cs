namespace Gateway.Simulator;

/// <summary>What the simulated Dynamo frontends are like. The defaults answer as fast as they can and never fail.</summary>
public sealed record SimulatorOptions
{
    public int Replicas { get; init; } = 1;

    /// <summary>The replicas listen on Port … Port + Replicas − 1; 0 takes free ports.</summary>
    public int Port { get; init; }

    /// <summary>The address to listen on, never a name.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Seed of texts, times and random faults. Replicas share it: the same request has the same text on each of them.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Listed by <c>/v1/models</c> in this order. <c>sim/…</c> models are accepted without being listed.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["meta/llama-3.1-8b-instruct", "meta/llama-3.1-70b-instruct"];

    public LatencyDistribution TimeToFirstToken { get; init; }

    public LatencyDistribution InterToken { get; init; }

    /// <summary>When set, times come from the mocker's formulas and the two distributions are not used.</summary>
    public MockerTiming? Mocker { get; init; }

    public int TokensPerChunk { get; init; } = 1;

    /// <summary>Tokens of an answer that nothing limits: it ends with <c>stop</c> there, with <c>length</c> where <c>max_tokens</c> is smaller.</summary>
    public int OutputTokens { get; init; } = 64;

    /// <summary>Tokens of reasoning before the content.</summary>
    public int ReasoningTokens { get; init; }

    /// <summary>Length of embedding vectors when the request names none.</summary>
    public int EmbeddingDimensions { get; init; } = 64;

    /// <summary>Until this has passed no model is registered: generation paths answer 404 with an empty body, the model list is empty.</summary>
    public TimeSpan StartupDelay { get; init; }

    public DynamoGeneration Generation { get; init; }

    /// <summary>Generations beyond this number are refused with 529 (503 up to 1.1); 0 is no limit.</summary>
    public int MaxActiveGenerations { get; init; }

    /// <summary>Sends a <c>:</c> comment frame before every tenth chunk, as Dynamo's own keepalive would.</summary>
    public bool Comments { get; init; }

    /// <summary>Starts every stream with <c>event: request_id</c>, as if each request had asked for that annotation.</summary>
    public bool RequestIdEvent { get; init; }

    public IReadOnlyList<RandomFault> RandomFaults { get; init; } = [];

    /// <summary>Keeps the last requests of every replica, bodies included (<see cref="SimulatedFrontend.Requests"/>).</summary>
    public bool RecordRequests { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
