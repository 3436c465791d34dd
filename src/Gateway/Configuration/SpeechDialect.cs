namespace Gateway.Configuration;

/// <summary>How a provider is asked for speech.</summary>
internal enum SpeechDialect
{
    /// <summary>OpenAI's JSON, as the client sent it.</summary>
    OpenAi,

    /// <summary>NVIDIA Riva: <c>POST /v1/audio/synthesize</c> with a form.</summary>
    Riva,
}
