using System.Text;
using Gateway.Simulator;

namespace Gateway.Load.Requests;

/// <summary>Makes the requests of one target. Those that can be are written before the run, so that making them costs the run nothing.</summary>
internal sealed class RequestFactory
{
    /// <summary>Enough for the shares of a mix to be what they should be.</summary>
    private const int LeastOfAMix = 1_000;

    private readonly RequestShape _shape;
    private readonly BodyWriter _bodies;
    private readonly Random _random;
    private readonly IReadOnlyList<Dialogue>? _dataset;
    private readonly string[] _prefixes;
    private readonly byte[][] _heads;
    private readonly PreparedRequest[] _prepared;
    private readonly Lock _lock = new();
    private int _next;
    private int _nextKey;

    /// <param name="shape">With at least one model.</param>
    /// <param name="host">Of the Host header.</param>
    /// <param name="basePath">What comes before /v1.</param>
    /// <param name="dataset">Prompts instead of made-up ones.</param>
    /// <param name="random">Seeded: the same seed asks the same.</param>
    public RequestFactory(RequestShape shape, string host, string basePath, IReadOnlyList<Dialogue>? dataset, Random random)
    {
        (_shape, _dataset, _random) = (shape, dataset, random);
        _bodies = new BodyWriter(shape);
        _heads = [.. (shape.ApiKeys.Count > 0 ? shape.ApiKeys : [""]).Select(key => RequestHead.Write(shape, host, basePath, key))];
        _prefixes = shape.PrefixTokens == 0 ? [] : [.. Enumerable.Range(0, shape.Prefixes).Select(_ => PromptText.Make(shape.PrefixTokens, random))];
        _prepared = shape.HasSessions ? [] : Prepare(dataset?.Count ?? shape.Prompts);
    }

    /// <summary>The next request of one turn.</summary>
    public PreparedRequest Next()
    {
        int index = (Interlocked.Increment(ref _next) - 1) & int.MaxValue;
        return _prepared[index % _prepared.Length];
    }

    /// <summary>A request of given lengths, for a trace; null: as the options say.</summary>
    public PreparedRequest Next(int? promptTokens, int? outputTokens)
    {
        lock (_lock)
        {
            Dialogue dialogue = promptTokens is { } tokens ? new Dialogue().With("user", PromptText.Make(tokens, _random)) : Ask(_next++ & int.MaxValue);
            return Make(dialogue, outputTokens ?? OutputTokens(dialogue));
        }
    }

    /// <summary>A conversation: its first question and how many turns it has.</summary>
    public (Dialogue First, int Turns) NextSession()
    {
        lock (_lock)
            return (Ask(_next++ & int.MaxValue), _shape.Turns.Sample(_random));
    }

    public PreparedRequest Turn(Dialogue dialogue)
    {
        lock (_lock)
            return Make(dialogue, OutputTokens(dialogue));
    }

    /// <summary>The next question of a conversation.</summary>
    public Dialogue Continue(Dialogue dialogue, string answer)
    {
        lock (_lock)
            return dialogue.With("assistant", answer).With("user", PromptText.Make(_shape.PromptTokens.Sample(_random), _random));
    }

    /// <summary>Whether this request is one of the cancelled share.</summary>
    public bool DrawCancel()
    {
        if (_shape.CancelShare <= 0)
            return false;
        lock (_lock)
            return _random.NextDouble() < _shape.CancelShare;
    }

    /// <summary>A mix of models or keys is drawn per request, so few prompts are prepared more often than once.</summary>
    private PreparedRequest[] Prepare(int prompts)
    {
        bool isMix = _shape.Models.Count > 1 || _heads.Length > 1;
        int times = isMix ? (LeastOfAMix + prompts - 1) / prompts : 1;
        PreparedRequest[] prepared = new PreparedRequest[prompts * times];
        for (int i = 0; i < prompts; i++)
        {
            Dialogue question = Ask(i);
            int? outputTokens = OutputTokens(question);
            for (int again = 0; again < times; again++)
                prepared[(again * prompts) + i] = Make(question, outputTokens, key: (again * prompts) + i);
        }

        return prepared;
    }

    private Dialogue Ask(int index)
    {
        if (_dataset is not null)
            return _dataset[index % _dataset.Count];
        Dialogue dialogue = new();
        if (_prefixes.Length > 0)
            dialogue = dialogue.With(_shape.Api == LoadApi.Chat ? "system" : "user", _prefixes[index % _prefixes.Length]);
        return dialogue.With("user", PromptText.Make(_shape.PromptTokens.Sample(_random), _random));
    }

    private int? OutputTokens(Dialogue dialogue) => dialogue.OutputTokens ?? _shape.OutputTokens?.Sample(_random);

    private PreparedRequest Make(Dialogue dialogue, int? outputTokens) => Make(dialogue, outputTokens, _nextKey++ & int.MaxValue);

    private PreparedRequest Make(Dialogue dialogue, int? outputTokens, int key)
    {
        string model = WeightedModel.Pick(_shape.Models, _random).Name;
        byte[] body = _bodies.Write(dialogue, model, outputTokens);
        byte[] head = _heads[key % _heads.Length];
        byte[] bytes = [.. head, .. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];
        SimulatedAnswer? answer = _shape is { Check: { } simulator, Api: not LoadApi.Embeddings } ? SimulatedText.Expect(simulator, _shape.Path, body)[0] : null;
        return new PreparedRequest(bytes, model, _shape.Stream, answer?.Content, answer?.Reasoning);
    }
}
