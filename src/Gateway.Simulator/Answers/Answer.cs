using System.Text;
using Gateway.Simulator.Faults;
using Gateway.Simulator.Requests;

namespace Gateway.Simulator.Answers;

/// <summary>What one generation will say: decided before its first byte from the options, the request and the faults.</summary>
internal sealed class Answer
{
    private const int MarginChunks = 8;
    private const int MaxFaultPoint = 1_000_000;

    private readonly TokenSequence[] _reasoning;
    private readonly TokenSequence[] _content;

    public Answer(SimulatorOptions options, GenerationRequest request, FaultPlan plan, string responseId, long created)
    {
        (Request, Plan, ResponseId, Created) = (request, plan, responseId, created);
        Model = JsonText.Escape(request.Model);
        TokensPerChunk = Math.Max(1, plan.BigChunkKiB > 0 ? 1 : options.TokensPerChunk);
        UsesTool = request.Endpoint != SimulatedEndpoint.Completions && (plan.Tools || request.ToolForced);
        (int reasoning, int content, FinishReason) = Lengths(options);
        Vocabulary vocabulary = UsesTool ? Vocabulary.Arguments : ContentVocabulary(plan);
        _reasoning = new TokenSequence[request.Choices];
        _content = new TokenSequence[request.Choices];
        for (int choice = 0; choice < request.Choices; choice++)
        {
            ulong seed = SplitMix64.Mix(request.PromptKey ^ SplitMix64.Mix(((ulong)(uint)options.Seed << 32) | (uint)choice));
            _reasoning[choice] = new TokenSequence(Vocabulary.Plain, ~seed, reasoning, inOrder: false);
            _content[choice] = new TokenSequence(vocabulary, seed, content, inOrder: UsesTool);
        }
    }

    public GenerationRequest Request { get; }

    public FaultPlan Plan { get; }

    /// <summary>The bare UUID; each endpoint has its own prefix for it.</summary>
    public string ResponseId { get; }

    /// <summary>Seconds since 1970.</summary>
    public long Created { get; }

    /// <summary>The model's name inside a JSON string.</summary>
    public byte[] Model { get; }

    public int TokensPerChunk { get; }

    public bool UsesTool { get; }

    /// <summary>As the chat API spells it: stop, length, tool_calls.</summary>
    public string FinishReason { get; }

    public int Choices => _content.Length;

    public int ReasoningTokens => _reasoning[0].Count;

    public int ContentTokens => _content[0].Count;

    public int Rounds => RoundsOf(ReasoningTokens) + RoundsOf(ContentTokens);

    /// <summary>Tokens sent so far, over all choices.</summary>
    public int CompletionTokens { get; private set; }

    public int TotalCompletionTokens => (ReasoningTokens + ContentTokens) * Choices;

    public int TotalReasoningTokens => ReasoningTokens * Choices;

    public bool SendsUsageChunk => Request.IncludeUsage && Plan.Usage is (UsageMode.AsRequested or UsageMode.EveryChunk);

    public bool SendsUsageOnEveryChunk => Plan.Usage == UsageMode.EveryChunk || (Request.ContinuousUsage && Plan.Usage == UsageMode.AsRequested);

    public Channel ChannelOf(int round) => round < RoundsOf(ReasoningTokens) ? Channel.Reasoning : UsesTool ? Channel.Arguments : Channel.Content;

    /// <summary>Appends the next chunk's tokens of a channel as JSON string content.</summary>
    public void AppendNext(FrameBuffer frames, int choice, Channel channel)
    {
        ref TokenSequence sequence = ref channel == Channel.Reasoning ? ref _reasoning[choice] : ref _content[choice];
        int tokens = Math.Min(TokensPerChunk, sequence.Left);
        CompletionTokens += tokens;
        sequence.AppendJson(frames, tokens);
    }

    /// <summary>Appends all of a channel as JSON string content, however much has streamed.</summary>
    public void AppendAll(FrameBuffer frames, int choice, Channel channel)
    {
        TokenSequence copy = (channel == Channel.Reasoning ? _reasoning[choice] : _content[choice]).FromStart();
        copy.AppendJson(frames, copy.Left);
    }

    public string ReasoningText(int choice) => _reasoning[choice].WholeText();

    public string ContentText(int choice) => _content[choice].WholeText();

    public byte[] Identifier(string prefix) => Encoding.ASCII.GetBytes(prefix + ResponseId);

    private static Vocabulary ContentVocabulary(FaultPlan plan) => plan switch
    {
        { BigChunkKiB: > 0 } => Vocabulary.Big(plan.BigChunkKiB),
        { Text: TextKind.Tricky } => Vocabulary.Tricky,
        { Text: TextKind.Escapes } => Vocabulary.Escapes,
        _ => Vocabulary.Plain,
    };

    private int RoundsOf(int tokens) => (tokens + TokensPerChunk - 1) / TokensPerChunk;

    private (int Reasoning, int Content, string FinishReason) Lengths(SimulatorOptions options)
    {
        int natural = Plan.BigChunkKiB > 0 ? 4 : options.OutputTokens;
        int faultPoint = Math.Max(Plan.EndAfter == int.MaxValue ? 0 : Plan.EndAfter, Plan.MalformedAt);
        if (faultPoint > 0)
        {
            // An answer shorter than its fault point would end before the fault.
            natural = Math.Max(natural, (Math.Min(faultPoint, MaxFaultPoint) + MarginChunks) * TokensPerChunk);
        }

        int reasoning = Request.Endpoint == SimulatedEndpoint.Completions ? 0
            : Plan.ReasoningChunks > 0 ? Math.Min(Plan.ReasoningChunks, MaxFaultPoint) * TokensPerChunk : options.ReasoningTokens;
        if (UsesTool)
        {
            return (reasoning, Vocabulary.Arguments.Count, "tool_calls");
        }

        int limit = Request.OutputLimit ?? int.MaxValue;
        natural = Math.Max(natural, Math.Min(limit, Request.IgnoreEos && limit < int.MaxValue ? limit : Request.MinTokens ?? 0));
        reasoning = Math.Min(reasoning, limit);
        int content = Math.Min(natural, limit - reasoning);
        return (reasoning, content, content < natural ? "length" : "stop");
    }
}
