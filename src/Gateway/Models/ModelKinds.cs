using Gateway.Upstream;

namespace Gateway.Models;

/// <summary>What a model is for, as far as its name says.</summary>
internal static class ModelKinds
{
    private static readonly string[] Hearing =
    [
        "whisper", "parakeet", "canary", "conformer", "voxtral", "transcri", "speech", "asr", "stt", "audio", "riva",
    ];

    /// <summary>Whether a model's name says that it hears: that it holds one of the words people name such models by.</summary>
    internal static bool Hears(string model)
    {
        foreach (string word in Hearing)
        {
            if (model.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>Whether the provider serves a model that hears.</summary>
    internal static bool Hears(Provider provider)
    {
        foreach (string model in ModelCatalog.ListedBy(provider))
        {
            if (Hears(model))
                return true;
        }

        return false;
    }
}
