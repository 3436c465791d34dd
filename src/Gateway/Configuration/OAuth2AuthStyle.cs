namespace Gateway.Configuration;

/// <summary>Where the client's id and secret stand in a token request.</summary>
internal enum OAuth2AuthStyle
{
    /// <summary><c>Authorization: Basic</c>.</summary>
    Basic,

    /// <summary>In the form, as <c>client_id</c> and <c>client_secret</c>.</summary>
    Body,
}
