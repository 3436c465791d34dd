using System.Globalization;
using System.Text;

namespace Gateway.Streaming.Tests.Canonical;

/// <summary>
/// Random chat requests as a plain tree, and random spellings of one: white space, escapes, numbers, the order of members where it means nothing,
/// members that count as absent.
/// </summary>
internal sealed class RequestSpeller(Random random)
{
    private static readonly string[] Words = ["", "a", "hello", "é", "😀", "\"", "\\", "/", "line\nbreak", "tab\t", "\u0001", "日本", "a longer text with several words in it, and a comma"];
    private static readonly string[] Ignored = ["stream", "user", "metadata", "stream_options"];

    private enum Place
    {
        Root,
        Messages,
        Message,
        Parts,
        Part,
        Kept,
    }

    internal object NewRequest()
    {
        List<(string, object?)> members = [("model", "m")];
        foreach (string name in (string[])["messages", "temperature", "stop", "tools", "seed", "extra"])
        {
            if (random.Next(4) > 0)
                members.Add((name, NewMember(name)));
        }

        return members;
    }

    /// <summary>The request with one leaf changed, dropped or added.</summary>
    internal object Change(object request)
    {
        var members = (List<(string Name, object? Value)>)request;
        List<(string, object?)> changed = [.. members];
        int at = random.Next(1, changed.Count + 1);
        if (at == changed.Count)
            changed.Add(("added" + random.Next(10), 1m));
        else
            changed[at] = (members[at].Name, new List<object?> { members[at].Value, "changed" });
        return changed;
    }

    internal string Spell(object request)
    {
        StringBuilder text = new();
        Write(text, request, Place.Root);
        return text.ToString();
    }

    private object? NewMember(string name) => name switch
    {
        "messages" => NewList(() => NewObject(["role", "content", "name", "tool_calls"], field => field switch
        {
            "content" when random.Next(2) == 0 => NewList(() => NewObject(["type", "text", "cache"], _ => Word())),
            "tool_calls" => NewValue(3),
            _ => Word(),
        })),
        "temperature" or "seed" => Number(),
        _ => NewValue(3),
    };

    private object? NewValue(int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => null,
        1 => true,
        2 => false,
        3 => Number(),
        4 => Word(),
        5 => NewList(() => NewValue(depth - 1)),
        _ => NewObject(["a", "b", "c", "dé", "e\"f"], _ => NewValue(depth - 1)),
    };

    private List<object?> NewList(Func<object?> item) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => item())];

    private List<(string, object?)> NewObject(string[] names, Func<string, object?> value) =>
        [.. names.Where(_ => random.Next(3) > 0).Select(name => (name, value(name)))];

    private string Word() => string.Concat(Enumerable.Range(0, random.Next(1, 3)).Select(_ => Words[random.Next(Words.Length)]));

    private object Number() => (decimal)random.Next(-3000, 3000) / (random.Next(4) switch { 0 => 1, 1 => 10, 2 => 8, _ => 1000 });

    private void Write(StringBuilder text, object? value, Place place)
    {
        Space(text);
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool boolean:
                text.Append(boolean ? "true" : "false");
                break;
            case decimal number:
                text.Append(Spell(number));
                break;
            case string word:
                Write(text, word);
                break;
            case List<object?> list:
                WriteList(text, list, place == Place.Messages ? Place.Message : place == Place.Parts ? Place.Part : Place.Kept);
                break;
            case List<(string Name, object? Value)> members:
                WriteObject(text, members, place is Place.Messages or Place.Parts ? Place.Kept : place);
                break;
            default:
                throw new InvalidOperationException(value.GetType().Name);
        }

        Space(text);
    }

    private void WriteList(StringBuilder text, List<object?> list, Place items)
    {
        text.Append('[');
        for (int i = 0; i < list.Count; i++)
        {
            text.Append(i > 0 ? "," : "");
            Write(text, list[i], items);
        }

        text.Append(']');
    }

    private void WriteObject(StringBuilder text, List<(string Name, object? Value)> members, Place place)
    {
        (string Name, object? Value)[] written = [.. members];
        if (place != Place.Kept)
        {
            // Null counts as absent here.
            written = [.. members.Where(member => member.Value is not null || random.Next(2) == 0)];
            if (random.Next(3) == 0)
                written = [.. written, ("absent", null)];
            if (place == Place.Root && random.Next(2) == 0)
                written = [.. written, (Ignored[random.Next(Ignored.Length)], null)];
            random.Shuffle(written);
        }

        text.Append('{');
        for (int i = 0; i < written.Length; i++)
        {
            text.Append(i > 0 ? "," : "");
            Space(text);
            Write(text, written[i].Name);
            Space(text);
            text.Append(':');
            Write(text, written[i].Value, Below(place, written[i].Name));
        }

        text.Append('}');
    }

    private static Place Below(Place place, string name) => (place, name) switch
    {
        (Place.Root, "messages") => Place.Messages,
        (Place.Message, "content") => Place.Parts,
        _ => Place.Kept,
    };

    private void Write(StringBuilder text, string word)
    {
        text.Append('"');
        foreach (Rune rune in word.EnumerateRunes())
        {
            bool escapes = rune.Value < ' ' || random.Next(5) == 0;
            foreach (char unit in rune.ToString())
            {
                if (escapes)
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                else if (unit is '"' or '\\' || (unit == '/' && random.Next(2) == 0))
                    text.Append('\\').Append(unit);
                else
                    text.Append(unit);
            }
        }

        text.Append('"');
    }

    private string Spell(decimal number)
    {
        int shift = random.Next(4);
        decimal scaled = number;
        for (int i = 0; i < shift; i++)
            scaled *= 10;
        string digits = scaled.ToString(CultureInfo.InvariantCulture);
        if (!digits.Contains('.', StringComparison.Ordinal) && random.Next(2) == 0)
            digits += ".0";
        return shift > 0 ? $"{digits}{(random.Next(2) == 0 ? 'e' : 'E')}-{shift}" : digits;
    }

    private void Space(StringBuilder text)
    {
        if (random.Next(4) == 0)
            text.Append(" \n\t\r"[random.Next(4)]);
    }
}
