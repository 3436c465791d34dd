using System.Globalization;
using Gateway.Configuration;
using Gateway.Streaming.Requests;

namespace Gateway.Caching;

/// <summary>Which requests may be answered from the cache at all.</summary>
internal static class CacheEligibility
{
    /// <summary>Whether a request is cached under these options.</summary>
    /// <param name="body">The scanned body.</param>
    /// <param name="fields">Of the body.</param>
    /// <param name="options">The router's.</param>
    /// <param name="directives">The client's.</param>
    internal static bool Allows(ReadOnlySpan<byte> body, RequestFields fields, CacheOptions options, in CacheDirectives directives)
    {
        if (!options.Enabled || directives.Bypasses || fields.Store || !IsCacheable(fields.Endpoint))
            return false;
        return options.When switch
        {
            CacheWhen.Always => true,
            CacheWhen.Request => directives.AsksForCache,
            _ => IsDeterministic(body, fields),
        };
    }

    private static bool IsCacheable(Endpoint endpoint) =>
        endpoint is Endpoint.ChatCompletions or Endpoint.Completions or Endpoint.Embeddings or Endpoint.Responses or Endpoint.Messages;

    /// <summary>Temperature 0 or a seed; several choices at temperature 0 without a seed are meant to differ.</summary>
    private static bool IsDeterministic(ReadOnlySpan<byte> body, RequestFields fields)
    {
        if (fields.Endpoint == Endpoint.Embeddings)
            return true;
        if (fields.TryFind(body, "seed"u8, out _))
            return true;
        return fields.N == 1 && fields.TryFind(body, "temperature"u8, out BodyMember temperature)
            && double.TryParse(temperature.ValueIn(body), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value == 0;
    }
}
