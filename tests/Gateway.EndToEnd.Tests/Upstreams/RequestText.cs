namespace Gateway.EndToEnd.Tests.Upstreams;

/// <summary>Looks into a request as it was on the wire.</summary>
internal static class RequestText
{
    /// <summary>The values of a header, comma-separated; empty: there is none.</summary>
    public static string Header(string request, string name) => string.Join(", ", request[..request.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim()));

    /// <summary>Path and query.</summary>
    public static string Target(string request) => request.Split(' ')[1];

    public static string Body(string request) => request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
}
