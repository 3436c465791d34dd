using Gateway.Failures;
using Gateway.Models;
using Gateway.Upstream;

namespace Gateway.Cli.Probing;

/// <summary>From an answer that is no success to what a person can do about it.</summary>
internal static class AnswerDiagnosis
{
    /// <summary>Of a model listing.</summary>
    /// <param name="status">Not 200, or 200 with a body that is no listing; 0: cut short.</param>
    /// <param name="body">What came with it.</param>
    /// <param name="replica">Who said it.</param>
    internal static ProbeFinding OfListing(int status, ReadOnlySpan<byte> body, Replica replica)
    {
        string path = $"GET {replica.PathPrefix}{replica.Provider.Dialect.ListingPath}";
        string key = $"providers.{replica.Provider.Name}";
        if (status == 200)
        {
            return body.TrimStart(" \t\r\n\uFEFF"u8).StartsWith("<"u8)
                ? WebPage(path, key)
                : new($"{path} answered, but not with a list of models.", $"Is base-url the address of an OpenAI-compatible API? If it has no model list, name the models in {key}.models.");
        }

        string? said = UpstreamErrorReader.Read(body).Message;
        return status switch
        {
            0 => new($"{path}: the answer was cut short.", "Try again; if it stays so, look at the upstream's log."),
            404 or 405 => new($"{path} answered {status}: there is no such path.", $"Is the path in {key}.base-url right? The gateway adds {replica.Provider.Dialect.ListingPath} itself. If the upstream has no model list, name the models in {key}.models."),
            _ => OfStatus(path, status, said, replica),
        };
    }

    /// <summary>Of a completion.</summary>
    /// <param name="what">As the table calls it.</param>
    /// <param name="model">The model it was asked for.</param>
    /// <param name="result">A failed one.</param>
    /// <param name="listed">Models of the replica; empty when they are not known.</param>
    /// <param name="replica">Who was asked.</param>
    internal static ProbeFinding OfCompletion(string what, string model, AttemptResult result, IReadOnlyList<string> listed, Replica replica)
    {
        Failure failure = result.Failure!;
        if (result.Evidence?.Transport is { } transport)
            return TransportDiagnosis.Of(transport, replica);
        if (result.Evidence?.ContentType is { } type)
            return type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) ? WebPage(what, $"providers.{replica.Provider.Name}") : WrongKind(what, type);
        if (result.Verdict == AttemptVerdict.ModelMissing || failure.UpstreamCode is "model_not_found" or "DeploymentNotFound")
            return Missing(what, model, failure.Message, listed, replica);
        return failure.Code switch
        {
            FailureCode.FirstByteTimeout => new($"{what}: no content within {ProbeText.Time(replica.Provider.Options.Timeouts.FirstByte)}.", "Is the model still loading, or the upstream overloaded? timeouts.first-byte says how long to wait."),
            FailureCode.TotalTimeout => new($"{what}: no whole answer within {ProbeText.Time(ReplicaProbe.Patience)}.", "Is the model still loading, or the upstream overloaded?"),
            _ when result.Evidence is { Status: > 0 } evidence => OfStatus(what, evidence.Status, failure.Message, replica),
            _ => new($"{what}: {failure.Message}", "Look at the upstream's log; its answer is not one that clients could use."),
        };
    }

    private static ProbeFinding Missing(string what, string model, string said, IReadOnlyList<string> listed, Replica replica)
    {
        IReadOnlyList<string> near = NearMatches.Of(model, listed);
        if (near.Contains(model, StringComparer.Ordinal))
            return new($"{what}: the model {model} is listed, but not found: {said}", "Is it a model that chats? Name another one with --model.");
        string meant = near.Count > 0 ? $"Did you mean {string.Join(" or ", near)}?" : $"Name one that it has with --model, or correct providers.{replica.Provider.Name}.models.";
        return new($"{what}: the upstream does not have the model {model}: {said}", meant);
    }

    private static ProbeFinding OfStatus(string what, int status, string? said, Replica replica)
    {
        string key = $"providers.{replica.Provider.Name}";
        string problem = said is null ? $"{what} answered {status}." : $"{what} answered {status}: {said}";
        return status switch
        {
            401 or 403 when !ProbeCredentials.Has(replica.Provider.Options) => new(problem, $"It wants credentials: set {key}.api-key."),
            401 or 403 => new(problem, $"Check {key}.api-key: expired, of another service, without access to this model, or an empty variable?"),
            429 => new(problem, "The rate limit is reached: wait, or ask the service for a higher one."),
            >= 300 and < 400 => new(problem, $"It redirects, and the gateway follows no redirect: write the address it leads to in {key}.base-url."),
            400 when replica.BaseUrl.Scheme == Uri.UriSchemeHttp && said?.Contains("HTTPS", StringComparison.OrdinalIgnoreCase) == true => new(problem, "This port speaks https: write https:// in base-url."),
            404 => new(problem, $"Is the path in {key}.base-url right? The gateway adds /v1/… itself."),
            >= 400 and < 500 => new(problem, $"It refuses the request itself: {key}.request (drop-fields, max-tokens-field) may help, or another --model."),
            503 or 529 => new(problem, "It is not ready: is the model loaded, are its workers up?"),
            _ => new(problem, "Look at the upstream's log."),
        };
    }

    private static ProbeFinding WebPage(string what, string key) =>
        new($"{what} answered with a web page, not with JSON.", $"{key}.base-url leads to a site, a login page or a proxy: write the address of the API.");

    private static ProbeFinding WrongKind(string what, string type) => new($"{what} answered with {type}.", "Is this an OpenAI-compatible API? Does a proxy in between change its answers?");
}
