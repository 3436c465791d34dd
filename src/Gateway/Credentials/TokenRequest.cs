using System.Text;
using Gateway.Configuration;

namespace Gateway.Credentials;

/// <summary>The form of RFC 6749 §4.4.2, with the client's id and secret in it or in <c>Authorization: Basic</c>.</summary>
/// <param name="Form">The body.</param>
/// <param name="Authorization">The header's value; null: none.</param>
internal readonly record struct TokenRequest(Secret Form, Secret? Authorization)
{
    internal static TokenRequest Of(OAuth2Options options, Secret secret)
    {
        StringBuilder form = new("grant_type=client_credentials");
        if (options.Scope is { } scope)
            form.Append("&scope=").Append(Uri.EscapeDataString(scope));
        if (options.AuthStyle == OAuth2AuthStyle.Basic)
            return new(new Secret(form.ToString()), new Secret("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.ClientId}:{secret.Reveal()}"))));
        form.Append("&client_id=").Append(Uri.EscapeDataString(options.ClientId)).Append("&client_secret=").Append(Uri.EscapeDataString(secret.Reveal()));
        return new(new Secret(form.ToString()), null);
    }
}
