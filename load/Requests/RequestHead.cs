using System.Text;

namespace Gateway.Load.Requests;

/// <summary>The request line and the fields that do not depend on the body; Content-Length follows.</summary>
internal static class RequestHead
{
    public static byte[] Write(RequestShape shape, string host, string basePath, string apiKey)
    {
        StringBuilder head = new();
        head.Append("POST ").Append(basePath).Append(shape.Path).Append(" HTTP/1.1\r\nHost: ").Append(host).Append("\r\n");
        head.Append("Content-Type: application/json\r\nAccept: ").Append(shape.Stream ? "text/event-stream" : "application/json").Append("\r\n");
        AppendCommon(head, shape.Headers, apiKey);
        return Encoding.Latin1.GetBytes(head.ToString());
    }

    /// <summary>The whole request for the model list.</summary>
    public static byte[] WriteModels(string host, string basePath, IReadOnlyList<KeyValuePair<string, string>> headers, string apiKey)
    {
        StringBuilder head = new($"GET {basePath}/v1/models HTTP/1.1\r\nHost: {host}\r\n");
        AppendCommon(head, headers, apiKey);
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }

    private static void AppendCommon(StringBuilder head, IReadOnlyList<KeyValuePair<string, string>> headers, string apiKey)
    {
        head.Append("User-Agent: gateway-load\r\n");
        if (apiKey.Length > 0)
            head.Append("Authorization: Bearer ").Append(apiKey).Append("\r\n");
        foreach (KeyValuePair<string, string> header in headers)
            head.Append(header.Key).Append(": ").Append(header.Value).Append("\r\n");
    }
}
