using System.Globalization;
using System.Text;

namespace Gateway.Streaming.Tests.Resume;

/// <summary>Writes an answer as one attempt's stream: cut into chunks, escaped and spaced as this attempt's server happens to.</summary>
internal sealed class AttemptStream
{
    private readonly RandomAnswer _answer;
    private readonly Random _random;
    private readonly StringBuilder _stream = new();
    private readonly string _id;
    private readonly int _created;
    private readonly int _perChunk;
    private readonly bool _roleEverywhere;
    private readonly bool _usageEverywhere;
    private readonly int[] _next;
    private readonly bool[] _hasRole;
    private readonly bool[] _isFinished;
    private readonly HashSet<(int, int)> _calls = [];

    private AttemptStream(RandomAnswer answer, Random random)
    {
        _answer = answer;
        _random = random;
        _id = new string('i', random.Next(1, 40)) + random.Next(1_000);
        _created = random.Next(1_700_000_000, 1_800_000_000);
        _perChunk = random.Next(1, 7);
        _roleEverywhere = random.Next(3) == 0;
        _usageEverywhere = random.Next(4) == 0;
        _next = new int[answer.Choices.Count];
        _hasRole = new bool[answer.Choices.Count];
        _isFinished = new bool[answer.Choices.Count];
    }

    internal static byte[] Of(RandomAnswer answer, Random random) => Encoding.UTF8.GetBytes(new AttemptStream(answer, random).Write());

    private string Write()
    {
        Aside();
        while (!Array.TrueForAll(_isFinished, finished => finished))
        {
            int[] open = [.. Enumerable.Range(0, _isFinished.Length).Where(choice => !_isFinished[choice])];
            _random.Shuffle(open);
            Event(Chunk(string.Join(',', open.Take(_random.Next(5) == 0 ? 3 : 1).Select(Choice)), _usageEverywhere ? Usage() : "null"));
            if (_random.Next(8) == 0)
                Aside();
        }

        Event(Chunk("", Usage()));
        return _stream.Append("data: [DONE]\n\n").ToString();
    }

    private string Choice(int choice)
    {
        List<string> delta = [];
        if (!_hasRole[choice] || _roleEverywhere)
            delta.Add("\"role\":\"assistant\"");
        bool isRoleOnly = !_hasRole[choice] && _random.Next(2) == 0;
        _hasRole[choice] = true;
        List<Token> tokens = isRoleOnly ? [] : [.. _answer.Choices[choice].Tokens.Skip(_next[choice]).Take(_random.Next(1, _perChunk + 1))];
        _next[choice] += tokens.Count;
        bool isLast = !isRoleOnly && _next[choice] == _answer.Choices[choice].Tokens.Count && (tokens.Count == 0 || _random.Next(2) == 0);
        _isFinished[choice] = isLast;
        string finish = isLast ? $"\"{_answer.Choices[choice].Finish}\"" : "null";
        string body = _answer.Endpoint == Endpoint.Completions ? $"\"text\":\"{Escape(string.Concat(tokens.Select(token => token.Text)))}\""
            : $"\"delta\":{{{string.Join(',', Shuffled([.. delta, .. Texts(tokens), .. Calls(choice, tokens)]))}}}";
        return $"{{{string.Join(',', Shuffled([$"\"index\":{choice}", body, $"\"finish_reason\":{finish}", "\"logprobs\":null"]))}}}";
    }

    private IEnumerable<string> Texts(List<Token> tokens) => tokens.Where(token => token.Channel is not ("name" or "arguments"))
        .GroupBy(token => token.Channel).Select(texts => $"\"{texts.Key}\":\"{Escape(string.Concat(texts.Select(token => token.Text)))}\"");

    private IEnumerable<string> Calls(int choice, List<Token> tokens)
    {
        string[] calls = [.. tokens.Where(token => token.Channel is "name" or "arguments").GroupBy(token => token.Call).Select(call => Call(choice, call))];
        return calls.Length == 0 ? [] : [$"\"tool_calls\":[{string.Join(',', calls)}]"];
    }

    private string Call(int choice, IGrouping<int, Token> tokens)
    {
        List<string> function = [];
        if (tokens.FirstOrDefault(token => token.Channel == "name") is { } name)
            function.Add($"\"name\":\"{Escape(name.Text)}\"");
        string arguments = string.Concat(tokens.Where(token => token.Channel == "arguments").Select(token => token.Text));
        function.Add($"\"arguments\":\"{Escape(arguments)}\"");
        List<string> members = [$"\"index\":{tokens.Key}", $"\"function\":{{{string.Join(',', Shuffled(function))}}}"];
        if (_calls.Add((choice, tokens.Key)))
            members.AddRange([$"\"id\":\"call_{_id}_{choice}_{tokens.Key}\"", "\"type\":\"function\""]);
        return $"{{{string.Join(',', Shuffled(members))}}}";
    }

    private string Chunk(string choices, string usage) => $"{{{string.Join(',', Shuffled(
        [$"\"id\":\"{_id}\"", $"\"created\":{_created}", "\"model\":\"m\"", "\"object\":\"chat.completion.chunk\"", $"\"choices\":[{choices}]", $"\"usage\":{usage}"]))}}}";

    private string Usage() => $"{{\"prompt_tokens\":{_random.Next(1, 99)},\"completion_tokens\":7}}";

    private void Event(string data)
    {
        if (_random.Next(12) == 0)
            data = data.Insert(1, "\ndata: ");
        _stream.Append("data: ").Append(data).Append("\n\n");
    }

    private void Aside() => _stream.Append(_random.GetItems(["", ": keepalive\n\n", "event: request_id\n: \"7f\"\n\n"], 1)[0]);

    private List<string> Shuffled(List<string> members)
    {
        for (int i = members.Count - 1; i > 0 && _random.Next(3) == 0; i--)
        {
            int other = _random.Next(i + 1);
            (members[i], members[other]) = (members[other], members[i]);
        }

        return members;
    }

    private string Escape(string text)
    {
        StringBuilder written = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool must = rune.Value is '"' or '\\' or < 0x20;
            if (!must && _random.Next(3) > 0)
                written.Append(rune);
            else if (rune.Value is '"' or '\\' or '/' && _random.Next(2) == 0)
                written.Append('\\').Append(rune);
            else if (rune.Value == '\n' && _random.Next(2) == 0)
                written.Append("\\n");
            else
                written.AppendJoin("", rune.ToString().Select(unit => "\\u" + ((int)unit).ToString(_random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture)));
        }

        return written.ToString();
    }
}
