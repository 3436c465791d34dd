using System.Text;

namespace Gateway.Load.Requests;

/// <summary>The request line and the fields that do not depend on the body; Content-Length follows. A field of the options takes the place of ours.</summary>
internal static class RequestHead
{
    public static byte[] Write(RequestShape shape, string host, string basePath, string apiKey)
    {
        StringBuilder head = new($"POST {basePath}{shape.Path} HTTP/1.1\r\n");
        AppendUnless(shape.Headers, head, "Content-Type", "application/json");
        AppendUnless(shape.Headers, head, "Accept", shape.Stream ? "text/event-stream" : "application/json");
        AppendCommon(head, host, shape.Headers, apiKey);
        return Encoding.Latin1.GetBytes(head.ToString());
    }

    /// <summary>The whole request for the model list.</summary>
    public static byte[] WriteModels(string host, string basePath, IReadOnlyList<KeyValuePair<string, string>> headers, string apiKey)
    {
        StringBuilder head = new($"GET {basePath}/v1/models HTTP/1.1\r\n");
        AppendCommon(head, host, headers, apiKey);
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }

    private static void AppendCommon(StringBuilder head, string host, IReadOnlyList<KeyValuePair<string, string>> headers, string apiKey)
    {
        AppendUnless(headers, head, "Host", host);
        AppendUnless(headers, head, "User-Agent", "gateway-load");
        if (apiKey.Length > 0)
            AppendUnless(headers, head, "Authorization", $"Bearer {apiKey}");
        foreach (KeyValuePair<string, string> header in headers)
            head.Append(header.Key).Append(": ").Append(header.Value).Append("\r\n");
    }

    private static void AppendUnless(IReadOnlyList<KeyValuePair<string, string>> given, StringBuilder head, string name, string value)
    {
        if (!given.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            head.Append(name).Append(": ").Append(value).Append("\r\n");
    }
}
