namespace Gateway.Admission;

/// <summary>A public path, understood (README, "Endpoints").</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Endpoint">Set for <see cref="RouteKind.Relay"/>.</param>
/// <param name="Router">Router name; <c>default</c> unless the path says <c>/router/{name}</c>.</param>
/// <param name="NamesProvider">Under <c>/ai</c>, where the model is always <c>provider/model</c>.</param>
/// <param name="ModelId">Set for <see cref="RouteKind.Model"/>, and for <see cref="RouteKind.Relay"/> where the path names a deployment: that is the model.</param>
internal readonly record struct PublicRoute(RouteKind Kind, Endpoint Endpoint, string Router, bool NamesProvider, string ModelId)
{
    internal const string DefaultRouter = "default";

    private const string RouterPrefix = "/router/";
    private const string AiPrefix = "/ai/";
    private const string VersionPrefix = "v1/";
    private const string ModelPrefix = "models/";
    private const string AzurePrefix = "openai/";
    private const string DeploymentsPrefix = "deployments/";

    /// <summary>The longer one of two that end alike comes first.</summary>
    private static readonly (string Suffix, Endpoint Endpoint)[] DeploymentOperations =
    [
        ("/chat/completions", Endpoint.ChatCompletions), ("/completions", Endpoint.Completions), ("/embeddings", Endpoint.Embeddings),
        ("/audio/speech", Endpoint.Speech), ("/audio/transcriptions", Endpoint.Transcriptions), ("/audio/translations", Endpoint.Translations), ("/images/generations", Endpoint.Images),
    ];

    /// <summary>Reads a decoded path, without query.</summary>
    internal static PublicRoute Parse(string path)
    {
        if (path.StartsWith("/v1/", StringComparison.Ordinal))
            return ParseOperation(path.AsSpan(4), path, DefaultRouter, namesProvider: false);
        if (path.StartsWith(RouterPrefix, StringComparison.Ordinal))
            return ParseRouter(path);
        if (path.StartsWith("/openai/", StringComparison.Ordinal))
            return ParseAzure(path.AsSpan(1 + AzurePrefix.Length), path, DefaultRouter);
        if (path.StartsWith(AiPrefix, StringComparison.Ordinal))
            return ParseOperation(WithoutVersion(path.AsSpan(AiPrefix.Length)), path, DefaultRouter, namesProvider: true);
        return path switch
        {
            "/health/live" => Of(RouteKind.Live),
            "/health/ready" or "/health" => Of(RouteKind.Ready),
            _ => default,
        };
    }

    private static PublicRoute ParseRouter(string path)
    {
        int end = path.IndexOf('/', RouterPrefix.Length);
        if (end < 0)
            return default;
        string router = path[RouterPrefix.Length..end];
        if (path.AsSpan(end + 1).StartsWith(AzurePrefix))
            return ParseAzure(path.AsSpan(end + 1 + AzurePrefix.Length), path, router);
        return ParseOperation(WithoutVersion(path.AsSpan(end + 1)), path, router, namesProvider: false);
    }

    /// <summary>As Azure's clients write it: a deployment in front of the operation, or none where its body names the model.</summary>
    private static PublicRoute ParseAzure(ReadOnlySpan<char> rest, string path, string router)
    {
        if (!rest.StartsWith(DeploymentsPrefix))
            return ParseOperation(WithoutVersion(rest), path, router, namesProvider: false);
        rest = rest[DeploymentsPrefix.Length..];
        foreach ((string suffix, Endpoint endpoint) in DeploymentOperations)
        {
            if (rest.EndsWith(suffix) && rest.Length > suffix.Length && rest[0] != '/')
                return new(RouteKind.Relay, endpoint, router, NamesProvider: false, Uri.UnescapeDataString(rest[..^suffix.Length].ToString()));
        }

        return default;
    }

    private static ReadOnlySpan<char> WithoutVersion(ReadOnlySpan<char> rest) => rest.StartsWith(VersionPrefix) ? rest[VersionPrefix.Length..] : rest;

    private static PublicRoute ParseOperation(ReadOnlySpan<char> operation, string path, string router, bool namesProvider)
    {
        Endpoint? endpoint = operation switch
        {
            "chat/completions" => Endpoint.ChatCompletions,
            "completions" => Endpoint.Completions,
            "embeddings" => Endpoint.Embeddings,
            "responses" => Endpoint.Responses,
            "messages" => Endpoint.Messages,
            "messages/count_tokens" => Endpoint.CountTokens,
            "rerank" => Endpoint.Rerank,
            "classify" => Endpoint.Classify,
            "audio/speech" => Endpoint.Speech,
            "audio/transcriptions" => Endpoint.Transcriptions,
            "audio/translations" => Endpoint.Translations,
            "images/generations" => Endpoint.Images,
            _ => null,
        };
        if (endpoint is not null)
            return new(RouteKind.Relay, endpoint.Value, router, namesProvider, "");
        if (operation is "models")
            return new(RouteKind.Models, default, router, namesProvider, "");
        if (operation.StartsWith(ModelPrefix) && operation.Length > ModelPrefix.Length)
            return new(RouteKind.Model, default, router, namesProvider, Uri.UnescapeDataString(path[^(operation.Length - ModelPrefix.Length)..]));
        return default;
    }

    private static PublicRoute Of(RouteKind kind) => new(kind, default, DefaultRouter, NamesProvider: false, "");
}
