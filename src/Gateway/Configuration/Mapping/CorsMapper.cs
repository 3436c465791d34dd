using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

internal static class CorsMapper
{
    private const string Every = "*";

    /// <summary>Origins in the spelling of browsers: scheme, host in ASCII, the port unless it is the scheme's own.</summary>
    public static IReadOnlyList<string> Map(SectionReader server)
    {
        List<string> origins = [];
        foreach ((ConfigScalar item, string path) in server.Items("cors"))
        {
            if (Normalize(item.Text) is not { } origin)
                server.Context.Report(item.Source, path, $"{Quoted.Text(item.Raw)} is no origin", "write scheme, host and port, as in https://chat.example.com, or *");
            else if (origins.Contains(origin, StringComparer.Ordinal))
                server.Context.Report(item.Source, path, $"{Quoted.Text(item.Raw)} is listed twice", "remove one of the two");
            else
                origins.Add(origin);
        }

        if (origins.Count == 0)
            return [];
        if (!origins.Contains(Every, StringComparer.Ordinal))
            return origins;

        if (origins.Count > 1)
            server.Report("cors", "`*` allows every origin already", "write `*` alone, or the origins alone");
        server.Context.Warnings.Add("server.cors: `*` lets every web page that somebody opens near this gateway use the providers; name the origins instead");
        return [Every];
    }

    private static string? Normalize(string text)
    {
        if (text == Every)
            return Every;

        // Schemes of applications count too: tauri://localhost, chrome-extension://ID.
        bool isOrigin = text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && url.Host.Length > 0 && url.UserInfo.Length == 0 && url.AbsolutePath is "/" or "" && text.AsSpan().IndexOfAny('?', '#', '\\') < 0;
        if (!isOrigin)
            return null;

        Uri origin = new(text);
        string host = origin.HostNameType == UriHostNameType.IPv6 ? $"[{origin.DnsSafeHost}]" : origin.IdnHost;
        return origin.IsDefaultPort || origin.Port < 0 ? $"{origin.Scheme}://{host}" : $"{origin.Scheme}://{host}:{origin.Port}";
    }
}
