namespace Gateway.Streaming.Tests.Resume;

/// <summary>What a model says, apart from how it is cut into chunks: per choice its tokens in order, and why it ended.</summary>
internal sealed class RandomAnswer
{
    private static readonly string[] Characters = ["a", "b", " ", "\n", "\"", "\\", "/", "\t", "\u0001", "é", "ß", "中", "€", "😀", "👩‍🚀", "{", "}", "x"];

    internal required Endpoint Endpoint { get; init; }

    internal required List<RandomChoice> Choices { get; init; }

    internal static RandomAnswer Next(Random random, int maxChoices = 3, int maxText = 12)
    {
        Endpoint endpoint = random.Next(4) == 0 ? Endpoint.Completions : Endpoint.ChatCompletions;
        int choices = random.Next(1, maxChoices + 1);
        return new() { Endpoint = endpoint, Choices = [.. Enumerable.Range(0, choices).Select(_ => NextChoice(random, endpoint, maxText))] };
    }

    private static RandomChoice NextChoice(Random random, Endpoint endpoint, int maxText)
    {
        List<Token> tokens = [];
        if (endpoint == Endpoint.Completions)
        {
            tokens.AddRange(Text(random, "text", 1, maxText));
            return new(tokens, random.GetItems(["stop", "length"], 1)[0]);
        }

        if (random.Next(2) == 0)
            tokens.AddRange(Text(random, random.GetItems(["reasoning", "reasoning_content"], 1)[0], 0, maxText));
        tokens.AddRange(Text(random, random.Next(6) == 0 ? "refusal" : "content", random.Next(2), maxText));
        int calls = random.Next(3);
        for (int call = 0; call < calls; call++)
        {
            tokens.Add(new("name", random.GetItems(["get_weather", "get", "run\"é\""], 1)[0], call));
            tokens.AddRange(Text(random, "arguments", 0, maxText, call));
        }

        return new(tokens, calls > 0 ? "tool_calls" : random.GetItems(["stop", "length", "content_filter"], 1)[0]);
    }

    private static List<Token> Text(Random random, string channel, int min, int max, int call = 0)
    {
        int count = random.Next(min, max + 1);
        return [.. Enumerable.Range(0, count).Select(_ => new Token(channel, random.GetItems(Characters, 1)[0], call))];
    }
}
