using Gateway.Configuration;

namespace Gateway.Credentials;

/// <summary>Sends a token request: a form by POST, no redirect followed, the answer bounded. May throw.</summary>
/// <param name="form">The body, <c>application/x-www-form-urlencoded</c>; a secret.</param>
/// <param name="authorization">The Authorization header's value; null: none.</param>
/// <param name="cancellation">Ends it.</param>
/// <returns>The status, 0 when there was no whole answer, and the body.</returns>
internal delegate Task<(int Status, byte[] Body)> TokenPost(Secret form, Secret? authorization, CancellationToken cancellation);
