namespace Gateway.Upstream.Dialects;

/// <summary>
/// Azure OpenAI: <c>{base}/openai/deployments/{deployment}/…?api-version=…</c>, where a model's id is its deployment's name. Responses have no deployment in
/// their path and no version: <c>{base}/openai/v1/responses</c>.
/// </summary>
/// <param name="apiVersion">Of every versioned request, whatever the client's own says.</param>
internal sealed class AzureOpenAiDialect(string apiVersion) : IDialect
{
    private const string Deployments = "/openai/deployments/";

    private readonly string _version = "?api-version=" + Uri.EscapeDataString(apiVersion);

    public string ListingPath => "/openai/models" + _version;

    public bool PathNamesModel => true;

    public bool Serves(Endpoint endpoint) => endpoint is Endpoint.ChatCompletions or Endpoint.Completions or Endpoint.Embeddings or Endpoint.Responses
        or Endpoint.Speech or Endpoint.Transcriptions or Endpoint.Translations or Endpoint.Images;

    public string PathOf(Endpoint endpoint, string model) => endpoint switch
    {
        Endpoint.ChatCompletions => OfDeployment(model, "/chat/completions"),
        Endpoint.Completions => OfDeployment(model, "/completions"),
        Endpoint.Embeddings => OfDeployment(model, "/embeddings"),
        Endpoint.Speech => OfDeployment(model, "/audio/speech"),
        Endpoint.Transcriptions => OfDeployment(model, "/audio/transcriptions"),
        Endpoint.Translations => OfDeployment(model, "/audio/translations"),
        Endpoint.Images => OfDeployment(model, "/images/generations"),
        _ => "/openai/v1/responses",
    };

    public string QueryOf(Endpoint endpoint, string query)
    {
        string rest = ClientQuery.Forwarded(query);
        if (endpoint == Endpoint.Responses)
            return rest;
        return rest.Length == 0 ? _version : string.Concat(_version, "&", rest.AsSpan(1));
    }

    /// <summary>Nowhere: what could be asked for by its id is a model, and requests name deployments.</summary>
    public string? ModelPath(string model) => null;

    private static string OfDeployment(string model, string operation) => string.Concat(Deployments, Uri.EscapeDataString(model), operation);
}
