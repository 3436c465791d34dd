namespace Gateway.Upstream.Dialects;

/// <summary>OpenAI's own paths, which Dynamo, NIM, vLLM, SGLang and most others have taken over: <c>{base}/v1/…</c>, the model in the body.</summary>
internal sealed class OpenAiDialect : IDialect
{
    internal static OpenAiDialect Instance { get; } = new();

    public string ListingPath => "/v1/models";

    public bool PathNamesModel => false;

    public bool Serves(Endpoint endpoint) => true;

    public string PathOf(Endpoint endpoint, string model) => UpstreamCall.PathOf(endpoint);

    public string QueryOf(Endpoint endpoint, string query) => ClientQuery.Forwarded(query);

    public string ModelPath(string model) => "/v1/models/" + string.Join('/', model.Split('/').Select(Uri.EscapeDataString));
}
