using System.Globalization;
using System.Text;

namespace Gateway.Streaming.Tests.Requests;

/// <summary>Seeded request bodies: any key order, escapes anywhere, white space, nesting, odd numbers, now and then a wrong or doubled field.</summary>
internal sealed class RandomJson(Random random)
{
    private static readonly string[] Names =
    [
        "model", "messages", "prompt", "input", "stream", "stream_options", "max_tokens", "max_completion_tokens", "max_output_tokens", "n",
        "user", "store", "prompt_cache_key",
    ];

    private static readonly string[] OtherNames = ["temperature", "nvext", "Model", "streams", "m", "größe", "", "x\"y", "user_id", "seed", "😀", "\u0000"];
    private static readonly string[] Numbers = ["0", "-0", "1", "16", "1.0", "1.6e1", "1e400", "-1e400", "0.10000000000000000001", "9223372036854775808", "-7", "2147483648", "1E-7"];
    private static readonly string[] Texts = ["", "a", "meta/llama-3.1-70b-instruct", "Zeile\nzwei", "\"quoted\" \\ back", "日本語", "😀👍", "\u007f\u2028", "true", "{\"model\":1}", LongText];
    private const string LongText = "A text that is long enough for the fast way through it, with a \"quote\", a line\nfeed and 日本語 in it.";
    private readonly StringBuilder _json = new();

    /// <param name="faults">Allow wrong types, doubled and missing fields.</param>
    internal byte[] Body(bool faults)
    {
        _json.Clear();
        if (random.Next(8) == 0)
            _json.Append('\uFEFF');
        WhiteSpace();
        List<string> names = [.. Names.Where(_ => random.Next(2) == 0), .. OtherNames.Where(_ => random.Next(3) == 0)];
        if (!faults || random.Next(10) > 0)
            names.Add("model");
        names = [.. names.Distinct()];
        if (faults && random.Next(4) == 0)
            names.Add(names[random.Next(names.Count)]);
        names.Add(OtherNames[random.Next(OtherNames.Length)]);
        string[] order = [.. names];
        random.Shuffle(order);
        List(order, '{', '}', name => Member(name, () => FieldValue(name, faults)));
        WhiteSpace();
        return Encoding.UTF8.GetBytes(_json.ToString());
    }

    /// <summary>An array of values, nested up to <paramref name="depth"/> deep.</summary>
    internal byte[] Values(int depth)
    {
        _json.Clear();
        WhiteSpace();
        List(Enumerable.Range(0, random.Next(6)), '[', ']', _ => Value(depth));
        return Encoding.UTF8.GetBytes(_json.ToString());
    }

    private void FieldValue(string name, bool faults)
    {
        if (faults && random.Next(12) == 0)
            Value(2);
        else if (name != "model" && random.Next(6) == 0)
            _json.Append("null");
        else
            GoodValue(name);
    }

    private void GoodValue(string name)
    {
        switch (name)
        {
            case "model":
                Text(Texts[random.Next(1, Texts.Length)]);
                break;
            case "stream" or "store":
                _json.Append(random.Next(3) > 0 ? "true" : "false");
                break;
            case "n":
                _json.Append(random.Next(1, 5));
                break;
            case "max_tokens" or "max_completion_tokens" or "max_output_tokens":
                _json.Append(random.Next(2) == 0 ? "1.6e1" : random.Next(0, 5000).ToString(CultureInfo.InvariantCulture));
                break;
            case "user" or "prompt_cache_key":
                Text(Texts[random.Next(Texts.Length)]);
                break;
            case "prompt":
                Prompt();
                break;
            case "stream_options":
                string[] options = [.. new[] { "include_usage", "continuous_usage_stats", "x" }.Where(_ => random.Next(2) == 0)];
                random.Shuffle(options);
                List(options, '{', '}', option => Member(option, () => _json.Append(random.Next(3) switch { 0 => "true", 1 => "false", _ => "null" })));
                break;
            default:
                Value(3);
                break;
        }
    }

    private void Prompt()
    {
        int[] items = [.. Enumerable.Range(0, random.Next(4))];
        switch (random.Next(4))
        {
            case 0:
                Text("one");
                break;
            case 1:
                List(items, '[', ']', _ => Text("one of many"));
                break;
            case 2:
                List(items, '[', ']', token => _json.Append(token));
                break;
            default:
                List(items, '[', ']', _ => List(items, '[', ']', token => _json.Append(token)));
                break;
        }
    }

    private void Value(int depth)
    {
        int[] items = [.. Enumerable.Range(0, random.Next(4))];
        switch (random.Next(depth > 0 ? 6 : 4))
        {
            case 0:
                Text(Texts[random.Next(Texts.Length)]);
                break;
            case 1:
                _json.Append(Numbers[random.Next(Numbers.Length)]);
                break;
            case 2:
                _json.Append(random.Next(2) == 0 ? "true" : "false");
                break;
            case 3:
                _json.Append("null");
                break;
            case 4:
                List(items, '[', ']', _ => Value(depth - 1));
                break;
            default:
                List(items, '{', '}', _ => Member(Names[random.Next(Names.Length)], () => Value(depth - 1)));
                break;
        }
    }

    private void Member(string name, Action value)
    {
        Text(name);
        WhiteSpace();
        _json.Append(':');
        WhiteSpace();
        value();
    }

    private void List<T>(IEnumerable<T> items, char open, char close, Action<T> write)
    {
        _json.Append(open);
        bool isFirst = true;
        foreach (T item in items)
        {
            if (!isFirst)
                _json.Append(',');
            isFirst = false;
            WhiteSpace();
            write(item);
            WhiteSpace();
        }
        WhiteSpace();
        _json.Append(close);
    }

    private void Text(string text)
    {
        bool escapes = random.Next(3) == 0;
        _json.Append('"');
        foreach (char character in text)
        {
            if (escapes && random.Next(2) == 0)
                _json.Append($"\\u{(int)character:x4}");
            else if (character is '"' or '\\' or '/')
                _json.Append('\\').Append(character);
            else if (character == '\n')
                _json.Append("\\n");
            else if (character < ' ' || (char.IsSurrogate(character) && escapes))
                _json.Append($"\\u{(int)character:X4}");
            else
                _json.Append(character);
        }
        _json.Append('"');
    }

    private void WhiteSpace()
    {
        while (random.Next(4) == 0)
            _json.Append(" \t\r\n"[random.Next(4)]);
    }
}
