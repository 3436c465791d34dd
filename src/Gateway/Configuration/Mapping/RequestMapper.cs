using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary><c>providers.*.request</c>.</summary>
internal static class RequestMapper
{
    public static UpstreamRequestOptions Map(SectionReader request, UpstreamRequestOptions defaults, string? credentialHeader) => new()
    {
        StreamOptions = request.Text("stream-options") switch
        {
            "inject" => StreamOptionsMode.Inject,
            "pass" => StreamOptionsMode.Pass,
            "drop" => StreamOptionsMode.Drop,
            "adaptive" => StreamOptionsMode.Adaptive,
            _ => defaults.StreamOptions,
        },
        MaxTokensField = request.Text("max-tokens-field") switch
        {
            "max_tokens" => MaxTokensField.MaxTokens,
            "max_completion_tokens" => MaxTokensField.MaxCompletionTokens,
            "keep" => MaxTokensField.Keep,
            _ => defaults.MaxTokensField,
        },
        DropFields = MapDropFields(request),
        Headers = MapHeaders(request.Section("headers"), credentialHeader),
        AllowHeaders = MapAllowHeaders(request),
        CorrelationIdHeader = MapCorrelationIdHeader(request, defaults.CorrelationIdHeader),
        TenantHeader = MapTenantHeader(request),
    };

    private static IReadOnlyList<string> MapDropFields(SectionReader request)
    {
        foreach ((ConfigScalar item, string path) in request.Items("drop-fields"))
        {
            if (item.Text is "model" or "stream")
                request.Context.Report(item.Source, path, $"`{item.Text}` cannot be dropped", "remove it: no answer would be what the client asked for");
        }

        return request.DistinctTexts("drop-fields", StringComparer.Ordinal);
    }

    private static List<KeyValuePair<string, Secret>> MapHeaders(SectionReader headers, string? credentialHeader)
    {
        List<KeyValuePair<string, Secret>> result = [];
        foreach (ConfigEntry entry in headers.Entries)
        {
            if (headers.Scalar(entry.Key) is not { } value)
                continue;

            if (!HeaderName.IsToken(entry.Key))
                headers.Report(entry.Key, "is not a header's name", "use letters, digits and `-`");
            else if (HeaderName.IsTransport(entry.Key))
                headers.Report(entry.Key, "is written by the gateway itself", "remove it");
            else if (entry.Key.Equals(credentialHeader, StringComparison.OrdinalIgnoreCase))
                headers.Report(entry.Key, credentialHeader == "authorization" ? "given together with an api-key or oauth2" : "given together with an api-key", "keep one of the two");
            else if (!SecretText.IsHeaderValue(value.Text))
                headers.Report(entry.Key, "holds control characters or characters beyond ASCII", "write it in one line of ASCII");
            else if (result.Exists(header => header.Key.Equals(entry.Key, StringComparison.OrdinalIgnoreCase)))
                headers.Report(entry.Key, "is given twice, names of headers ignore case", "keep one of the two");
            else
                result.Add(new KeyValuePair<string, Secret>(entry.Key, new Secret(value.Text)));
        }

        return result;
    }

    private static IReadOnlyList<string> MapAllowHeaders(SectionReader request)
    {
        foreach ((ConfigScalar item, string path) in request.Items("allow-headers"))
        {
            if (!HeaderName.IsToken(item.Text))
                request.Context.Report(item.Source, path, $"{Quoted.Text(item.Raw)} is not a header's name", "use letters, digits and `-`");
            else if (HeaderName.IsNeverForwarded(item.Text))
                request.Context.Report(item.Source, path, $"{Quoted.Text(item.Raw)} is never forwarded", "remove it; a fixed value can be added with request.headers");
        }

        return request.DistinctTexts("allow-headers", StringComparer.OrdinalIgnoreCase);
    }

    private static bool MapTenantHeader(SectionReader request)
    {
        bool isSent = request.Boolean("tenant-header", false);
        if (isSent && request.Section("headers").Entries.Any(entry => entry.Key.Equals("x-tenant-id", StringComparison.OrdinalIgnoreCase)))
            request.Report("tenant-header", "given together with an x-tenant-id in headers", "keep one of the two");
        return isSent;
    }

    private static string? MapCorrelationIdHeader(SectionReader request, string? byDefault)
    {
        string? name = request.Text("correlation-id-header");
        if (name is null)
            return byDefault;
        if (name == "off")
            return null;
        if (HeaderName.IsToken(name) && !HeaderName.IsNeverForwarded(name))
            return name;

        request.Report("correlation-id-header", "is not a header the gateway may add", "use a name of your own, as in correlationId");
        return null;
    }
}
