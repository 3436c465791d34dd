namespace Gateway.Streaming;

/// <summary>What several endpoints have in common.</summary>
public static class EndpointTraits
{
    /// <summary>Errors in Anthropic's shape.</summary>
    public static bool IsAnthropic(this Endpoint endpoint) => endpoint is Endpoint.Messages or Endpoint.CountTokens;

    /// <summary>The answer goes through as it comes, whatever it is: neither parsed nor held whole. Asked once, never hedged.</summary>
    public static bool PassesThrough(this Endpoint endpoint) => endpoint >= Endpoint.Speech;

    /// <summary>The request is a form with a file, which goes through as it comes.</summary>
    public static bool TakesFile(this Endpoint endpoint) => endpoint is Endpoint.Transcriptions or Endpoint.Translations;
}
