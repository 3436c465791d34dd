namespace Gateway.Cli.Probing;

/// <summary>Picks the model to try.</summary>
internal static class ProbeModels
{
    /// <summary>Parts of the names of models that do not chat; a listing does not say what a model is for.</summary>
    private static readonly string[] OtherKinds =
        ["embed", "rerank", "whisper", "tts", "dall-e", "image", "moderation", "audio", "realtime", "transcribe", "davinci", "babbage", "guard", "reward", "parakeet", "clip", "sora", "bge-"];

    /// <summary>The first that looks as if it chats, else the first; null when there is none.</summary>
    internal static string? Choose(IReadOnlyList<string> ids) =>
        ids.FirstOrDefault(id => !Array.Exists(OtherKinds, kind => id.Contains(kind, StringComparison.OrdinalIgnoreCase))) ?? (ids.Count > 0 ? ids[0] : null);
}
