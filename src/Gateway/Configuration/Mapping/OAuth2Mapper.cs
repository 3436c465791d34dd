using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary><c>providers.*.oauth2</c>.</summary>
internal static class OAuth2Mapper
{
    /// <returns>Null: not given, or reported.</returns>
    public static OAuth2Options? Map(SectionReader provider)
    {
        if (!provider.Has("oauth2"))
            return null;
        SectionReader oauth2 = provider.Section("oauth2");
        foreach (string key in (string[])["api-key", "api-key-file"])
        {
            if (provider.Has(key))
                oauth2.ReportSelf($"given together with {key}", "keep one of the two: the credential is either a key or a token");
        }

        Uri? url = MapTokenUrl(oauth2);
        string? id = Required(oauth2, "client-id", "the id the token service knows this gateway by");
        Secret? secret = MapSecret(oauth2);
        if (url is null || id is null || secret is null)
            return null;
        return new OAuth2Options
        {
            TokenUrl = url,
            ClientId = id,
            ClientSecret = secret,
            ClientSecretFile = oauth2.Scalar("client-secret-file") is { } file ? LoadContext.ResolvePath(file.Text, file.Source) : null,
            Scope = oauth2.Text("scope") is { Length: > 0 } scope ? scope : null,
            AuthStyle = oauth2.Text("auth-style") == "body" ? OAuth2AuthStyle.Body : OAuth2AuthStyle.Basic,
        };
    }

    private static Uri? MapTokenUrl(SectionReader oauth2)
    {
        if (Required(oauth2, "token-url", "https://HOST/token") is null || oauth2.Url("token-url") is not { } url)
            return null;
        if (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback)
            return url;
        oauth2.Report("token-url", "is not https, and the client secret would travel in the clear", $"write https://{url.Authority}{url.AbsolutePath}");
        return null;
    }

    private static Secret? MapSecret(SectionReader oauth2)
    {
        if (oauth2.Has("client-secret-file"))
            return SecretText.ReadFile(oauth2, "client-secret-file");
        return Required(oauth2, "client-secret", "${VARIABLE}, or client-secret-file") is null
            ? null
            : SecretText.Parse(oauth2.Text("client-secret")!, oauth2.Scalar("client-secret")!.Source, oauth2.PathOf("client-secret"), oauth2.Context);
    }

    private static string? Required(SectionReader oauth2, string key, string example)
    {
        if (oauth2.Text(key) is { } text && !string.IsNullOrWhiteSpace(text))
            return text.Trim();
        // Written and empty: that is said already.
        if (!oauth2.Has(key))
            oauth2.ReportSelf($"has no {key}", $"add `{key}: {example}`");
        return null;
    }
}
