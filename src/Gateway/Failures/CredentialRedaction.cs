using System.Text.RegularExpressions;

namespace Gateway.Failures;

/// <summary>Upstreams quote the key they refuse ("Incorrect API key provided: sk-…"): it is ours, and goes to no client.</summary>
internal static partial class CredentialRedaction
{
    internal const string Mask = "***";

    /// <summary>Replaces <c>nvapi-…</c>, <c>sk-…</c> and what follows <c>Bearer</c> by <see cref="Mask"/>; "task-force" is no key.</summary>
    internal static string Redact(string text) => Credential().Replace(text, Mask);

    [GeneratedRegex(
        """(?<![a-z0-9])(?:nvapi-|sk-)[a-z0-9_.*~+/=-]+|(?<=\bbearer\s)[a-z0-9_.*~+/=-]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Credential();
}
