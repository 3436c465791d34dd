using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>A response with its framing removed.</summary>
internal sealed record RawResponse(int Status, string Head, string Body)
{
    /// <summary>The error's <c>code</c>, or Anthropic's <c>type</c>.</summary>
    public string? ErrorCode => Error.TryGetProperty("code", out JsonElement code) ? code.GetString() : Error.GetProperty("type").GetString();

    public JsonElement Error => JsonDocument.Parse(Body).RootElement.GetProperty("error");

    /// <summary>The events of a stream, without their blank lines; what comes behind the last boundary fails.</summary>
    public IReadOnlyList<string> Events
    {
        get
        {
            string[] parts = Body.Split("\n\n");
            Assert.Equal("", parts[^1]);
            return parts[..^1];
        }
    }

    public string? Header(string name) => Head.Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    /// <summary>Null when more has to come.</summary>
    public static RawResponse? TryParse(string text, bool ended)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        if (end < 4)
            return null;
        RawResponse response = new(int.Parse(text[9..12], CultureInfo.InvariantCulture), text[..end], "");
        string rest = text[end..];
        if (response.Header("Transfer-Encoding") is not null)
            return Unchunk(rest) is { } body ? response with { Body = body } : null;
        if (response.Header("Content-Length") is { } length)
            return rest.Length >= int.Parse(length, CultureInfo.InvariantCulture) ? response with { Body = rest } : null;
        return ended ? response with { Body = rest } : null;
    }

    private static string? Unchunk(string text)
    {
        StringBuilder body = new();
        for (int at = 0; ;)
        {
            int line = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (line < 0)
                return null;
            int size = int.Parse(text[at..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (text.Length < line + 2 + size + 2)
                return null;
            if (size == 0)
                return body.ToString();
            body.Append(text, line + 2, size);
            at = line + 2 + size + 2;
        }
    }
}
