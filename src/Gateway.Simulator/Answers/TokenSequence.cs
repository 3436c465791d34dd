using System.Text;

namespace Gateway.Simulator.Answers;

/// <summary>One channel of one choice, token by token; a value, so that a copy starts again where it was copied.</summary>
internal struct TokenSequence
{
    private readonly Vocabulary _vocabulary;
    private readonly bool _inOrder;
    private readonly ulong _seed;
    private SplitMix64 _random;

    /// <param name="vocabulary">What to draw from.</param>
    /// <param name="seed">Decides every token.</param>
    /// <param name="count">Tokens in all.</param>
    /// <param name="inOrder">Takes the vocabulary from its first entry to its last instead of drawing.</param>
    public TokenSequence(Vocabulary vocabulary, ulong seed, int count, bool inOrder)
    {
        _vocabulary = vocabulary;
        _inOrder = inOrder;
        _seed = seed;
        _random = new SplitMix64(seed);
        Count = count;
    }

    public int Count { get; }

    public int Taken { get; private set; }

    public readonly int Left => Count - Taken;

    public void AppendJson(FrameBuffer frames, int tokens)
    {
        for (int i = 0; i < tokens; i++)
        {
            frames.Append(_vocabulary.Json(Next()));
        }
    }

    /// <summary>The same sequence with nothing taken.</summary>
    public readonly TokenSequence FromStart() => new(_vocabulary, _seed, Count, _inOrder);

    /// <summary>All of it, decoded.</summary>
    public readonly string WholeText()
    {
        TokenSequence copy = FromStart();
        var text = new StringBuilder();
        while (copy.Left > 0)
        {
            text.Append(_vocabulary.Text(copy.Next()));
        }

        return text.ToString();
    }

    private int Next()
    {
        int index = Taken++;
        return _inOrder ? index % _vocabulary.Count : _random.NextBelow(_vocabulary.Count);
    }
}
