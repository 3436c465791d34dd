namespace Gateway.Upstream;

/// <summary>A replica that can answer a request, and the model to ask it for.</summary>
/// <param name="Replica">Where to send.</param>
/// <param name="Model">The upstream's model id; differs from the request's for an equivalent or a provider prefix.</param>
internal readonly record struct Candidate(Replica Replica, string Model);
