using System.Text.RegularExpressions;

namespace Gateway.Failures;

/// <summary>Upstreams quote the key they refuse ("Incorrect API key provided: sk-…"): it is ours, and goes to no client.</summary>
internal static partial class CredentialRedaction
{
    internal const string Mask = "***";

    /// <summary>A shorter value is no credential, and would mask every word it is part of.</summary>
    internal const int ShortestKnown = 6;

    /// <summary>Replaces <c>nvapi-…</c>, <c>sk-…</c> and what follows <c>Bearer</c> by <see cref="Mask"/>; "task-force" is no key.</summary>
    internal static string Redact(string text) => Credential().Replace(text, Mask);

    /// <summary>As <see cref="Redact(string)"/>, and replaces what is known to be secret, its beginning at the end of a text that was cut included.</summary>
    /// <param name="text">What an upstream said.</param>
    /// <param name="known">Credentials the upstream was sent, the longest first; those shorter than <see cref="ShortestKnown"/> do not count.</param>
    internal static string Redact(string text, ReadOnlySpan<string> known)
    {
        foreach (string secret in known)
        {
            if (secret.Length >= ShortestKnown)
                text = WithoutHalf(text.Replace(secret, Mask, StringComparison.Ordinal), secret);
        }

        return Redact(text);
    }

    private static string WithoutHalf(string text, string secret)
    {
        for (int length = Math.Min(secret.Length - 1, text.Length); length >= ShortestKnown; length--)
        {
            if (text.AsSpan().EndsWith(secret.AsSpan(0, length), StringComparison.Ordinal))
                return string.Concat(text.AsSpan(0, text.Length - length), Mask);
        }

        return text;
    }

    [GeneratedRegex(
        """(?<![a-z0-9])(?:nvapi-|sk-)[a-z0-9_.*~+/=-]+|(?<=\bbearer\s)[a-z0-9_.*~+/=-]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Credential();
}
