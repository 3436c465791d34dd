using System.Diagnostics.CodeAnalysis;

namespace Gateway.Configuration.Schema;

/// <summary>
/// The URLs of this configuration: http or https, an address and perhaps a path. Nothing of the text is shown, since it may hold a credential.
/// </summary>
internal static class UrlText
{
    /// <returns>Null when it parsed; else what is wrong with it.</returns>
    public static string? Parse(string text, out Uri? url)
    {
        url = null;
        if (text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\'))
            return "a URL cannot hold blanks, control characters or backslashes";

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? parsed))
            return "not a URL";

        if (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps)
            return "not an http or https URL";

        if (parsed.Host.Length == 0)
            return "a URL without a host";

        if (parsed.UserInfo.Length > 0 || text.Contains('@', StringComparison.Ordinal))
            return "a URL cannot hold credentials";

        if (text.AsSpan().ContainsAny('?', '#'))
            return "a URL with a query or fragment";

        url = parsed;
        return null;
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? url) => Parse(text, out url) is null;
}
