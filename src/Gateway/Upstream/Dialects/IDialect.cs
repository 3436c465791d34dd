namespace Gateway.Upstream.Dialects;

/// <summary>Where an upstream has its endpoints. All paths are below the base URL, percent-encoded, with a leading slash.</summary>
internal interface IDialect
{
    /// <summary>Whether the upstream has the endpoint at all; a provider whose dialect has not is no candidate for it.</summary>
    bool Serves(Endpoint endpoint);

    /// <summary>Whether nothing can be asked without knowing the model: it is part of the path.</summary>
    bool PathNamesModel { get; }

    /// <summary>The path of an endpoint that is served.</summary>
    /// <param name="endpoint">Which.</param>
    /// <param name="model">The upstream's model id; in the path of some.</param>
    string PathOf(Endpoint endpoint, string model);

    /// <summary>The query to send on.</summary>
    /// <param name="endpoint">Of which endpoint.</param>
    /// <param name="query">The client's, with its question mark, or empty.</param>
    string QueryOf(Endpoint endpoint, string query);

    /// <summary>Where the models are listed, query included.</summary>
    string ListingPath { get; }

    /// <summary>Where one model can be asked for that is not listed; null: nowhere.</summary>
    string? ModelPath(string model);
}
