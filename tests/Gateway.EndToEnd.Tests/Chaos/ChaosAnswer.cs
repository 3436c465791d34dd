using System.Text;
using System.Text.Json;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>An answer that ended, judged: whole and right, a clear error, or wrong.</summary>
/// <param name="ErrorCode">The error's code; null for a complete answer.</param>
/// <param name="Wrong">What must not be; null when all is well.</param>
internal sealed record ChaosAnswer(string? ErrorCode, string? Wrong)
{
    /// <param name="response">Its head.</param>
    /// <param name="body">All of its body.</param>
    /// <param name="expected">The text that the simulator gives this request.</param>
    public static ChaosAnswer Read(HttpResponseMessage response, string body, string expected)
    {
        try
        {
            if ((int)response.StatusCode != 200)
                return new(CodeOf(JsonDocument.Parse(body).RootElement), null);
            return response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? ReadStream(body, expected) : ReadUnary(body, expected);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new(null, $"{exception.Message} in: {body}");
        }
    }

    private static ChaosAnswer ReadUnary(string body, string expected)
    {
        string? text = JsonDocument.Parse(body).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
        return new(null, text == expected ? null : $"'{text}' is not '{expected}'");
    }

    private static ChaosAnswer ReadStream(string body, string expected)
    {
        StringBuilder text = new();
        string? code = null;
        bool isDone = false;
        bool isFinished = false;
        if (!body.EndsWith("\n\n", StringComparison.Ordinal))
            return new(null, "the stream ends inside an event: " + body);
        foreach (string frame in body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (isDone || code is not null)
                return new(null, "an event after the end: " + frame);
            isDone = frame == "data: [DONE]";
            if (isDone || frame[0] == ':')
                continue;
            JsonElement chunk = JsonDocument.Parse(frame["data: ".Length..]).RootElement;
            if (chunk.TryGetProperty("error", out _))
                code = CodeOf(chunk);
            else
                isFinished |= Append(chunk, text);
        }

        string actual = text.ToString();
        if (code is not null)
            return new(code, expected.StartsWith(actual, StringComparison.Ordinal) ? null : $"'{actual}' does not begin '{expected}'");
        return new(null, isDone && isFinished && actual == expected ? null : $"done {isDone}, finished {isFinished}, '{actual}' for '{expected}'");
    }

    /// <summary>Adds a chunk's content; true when it has the finish reason.</summary>
    private static bool Append(JsonElement chunk, StringBuilder text)
    {
        JsonElement choice = chunk.GetProperty("choices")[0];
        if (choice.GetProperty("delta").TryGetProperty("content", out JsonElement content))
            text.Append(content.GetString());
        return choice.TryGetProperty("finish_reason", out JsonElement reason) && reason.ValueKind == JsonValueKind.String;
    }

    /// <summary>The documented shape: a message, a type and a code.</summary>
    private static string CodeOf(JsonElement body)
    {
        JsonElement error = body.GetProperty("error");
        bool isWhole = error.GetProperty("message").GetString() is { Length: > 0 } && error.GetProperty("type").GetString() is { Length: > 0 };
        return isWhole && error.GetProperty("code").GetString() is { Length: > 0 } code ? code : throw new FormatException("an error without its fields");
    }
}
