using System.Globalization;
using Gateway.Configuration;
using Gateway.Failures;

namespace Gateway.Cli.Probing;

/// <summary>What upstreams said, fit for a terminal: short, on one line, without the provider's credentials.</summary>
internal static class ProbeText
{
    private const int Longest = 300;

    /// <summary>A shorter value is no credential, and would mask every word it is part of.</summary>
    private const int ShortestCredential = 6;

    internal static string Clean(string text, ProviderOptions provider)
    {
        if (provider.ApiKey is { } key)
            text = Mask(text, key);
        if (provider.OAuth2?.ClientSecret is { } secret)
            text = Mask(text, secret);
        foreach (KeyValuePair<string, Secret> header in provider.Request.Headers)
            text = Mask(text, header.Value);
        char[] shown = CredentialRedaction.Redact(text).ToCharArray();
        for (int i = 0; i < shown.Length; i++)
            shown[i] = char.IsControl(shown[i]) ? ' ' : shown[i];
        text = new(shown);
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");
    }

    internal static string Time(TimeSpan time) => time.TotalSeconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private static string Mask(string text, Secret secret) =>
        secret.Reveal().Length < ShortestCredential ? text : text.Replace(secret.Reveal(), CredentialRedaction.Mask, StringComparison.Ordinal);
}
