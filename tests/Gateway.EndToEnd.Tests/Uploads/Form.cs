namespace Gateway.EndToEnd.Tests.Uploads;

/// <summary>Bytes of transcription requests.</summary>
internal static class Form
{
    public const string Path = "/v1/audio/transcriptions";

    public const string Model = "--b0\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n";

    public const string FileStart = "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n";

    public const string End = "\r\n--b0--\r\n";

    public const string Answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"text\":\"hi\"}";

    /// <summary>The request's head.</summary>
    /// <param name="length">Of the body; null: chunked.</param>
    /// <param name="path">The endpoint.</param>
    /// <param name="headers">Further lines, each with its end.</param>
    public static string Head(long? length, string path = Path, string headers = "") =>
        $"POST {path} HTTP/1.1\r\nHost: gateway\r\nContent-Type: multipart/form-data; boundary=b0\r\n{headers}"
        + (length is null ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {length}\r\n\r\n");

    /// <summary>A whole request.</summary>
    public static string Whole(string body, string path = Path, string headers = "") => Head(body.Length, path, headers) + body;

    public static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";
}
