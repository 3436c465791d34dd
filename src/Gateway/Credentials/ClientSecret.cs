using Gateway.Configuration;

namespace Gateway.Credentials;

/// <summary>The client secret as it is now: a mounted file is replaced while the process runs.</summary>
internal static class ClientSecret
{
    /// <summary>The file's text, blanks stripped; the configured one where there is no file, or none that can be used now.</summary>
    internal static Secret Read(OAuth2Options options)
    {
        if (options.ClientSecretFile is not { } file)
            return options.ClientSecret;
        try
        {
            string text = File.ReadAllText(file).Trim();
            return text.Length == 0 ? options.ClientSecret : new Secret(text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return options.ClientSecret;
        }
    }
}
