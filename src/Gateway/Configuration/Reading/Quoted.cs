using System.Text;

namespace Gateway.Configuration.Reading;

/// <summary>User text inside a message: quoted, on one line, cut.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    public static string Text(string text)
    {
        var result = new StringBuilder("`");
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, Longest)))
            result.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);

        return result.Append(text.Length > Longest ? "…`" : "`").ToString();
    }

    /// <summary>A key or path without quotes, made safe to print.</summary>
    public static string Key(string key) => Text(key).Trim('`');
}
