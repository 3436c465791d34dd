namespace Gateway.Credentials;

/// <summary>One try to get a token is over.</summary>
/// <param name="Provider">Whose.</param>
/// <param name="Problem">Null: there is a new token. Else why not; holds no secret.</param>
/// <param name="IsChange">Whether the try before ended the other way; the first one is a change too.</param>
internal readonly record struct TokenRefresh(string Provider, string? Problem, bool IsChange);
