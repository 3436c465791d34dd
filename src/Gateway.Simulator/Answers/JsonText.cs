using System.Globalization;
using System.Text;

namespace Gateway.Simulator.Answers;

/// <summary>Escapes as Dynamo's serialiser does: quotes, backslashes and control characters only; everything else stays UTF-8.</summary>
internal static class JsonText
{
    public static byte[] Escape(string text)
    {
        var json = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        return Encoding.UTF8.GetBytes(json.ToString());
    }
}
