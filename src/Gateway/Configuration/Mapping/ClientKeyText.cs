using System.Text;
using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary>A client key in one of its three forms.</summary>
internal static class ClientKeyText
{
    /// <summary>Longest key that is read from a request.</summary>
    public const int Longest = 512;

    /// <summary>Fewer characters than this can be found by trying.</summary>
    public const int Short = 16;

    private const string Exclusive = "give exactly one of key, key-sha256 and key-file; to switch a key off write enabled: false";

    private static readonly string[] Forms = ["key", "key-sha256", "key-file"];

    /// <summary>What stands in samples where a key belongs.</summary>
    private static readonly HashSet<string> Placeholders = new(StringComparer.OrdinalIgnoreCase)
    {
        "changeme", "change-me", "change_me", "replace-me", "replaceme", "todo", "secret", "password", "key", "apikey", "api-key", "api_key", "token", "none", "null", "empty", "unused", "dummy", "test",
        "your-key", "your_key", "your-api-key", "your_api_key", "sk-", "sk-...", "...", "***",
    };

    /// <summary>Null: none, or reported.</summary>
    public static KeyHash? Map(SectionReader section)
    {
        string[] given = [.. Forms.Where(section.Has)];
        if (given.Length != 1)
        {
            section.ReportSelf(given.Length == 0 ? "has no key" : $"has {string.Join(" and ", given)}", Exclusive);
            return null;
        }

        return given[0] switch
        {
            "key" => section.Scalar("key") is { } scalar ? Hash(section, "key", scalar, scalar.Text) : null,
            "key-sha256" => MapHash(section),
            _ => MapFile(section),
        };
    }

    /// <summary>What a user pasted as the key itself; empty: none.</summary>
    /// <returns>Why it cannot be a key; null when it can.</returns>
    public static (string Problem, string Fix)? Check(string key)
    {
        const string Random = "use a random one, as from `openssl rand -hex 24`";
        if (key.Length == 0)
            return ("is empty", "give it a value; to switch a key off write enabled: false");
        if (!SecretText.IsHeaderValue(key))
            return ("holds control characters or characters beyond ASCII", "paste the key again, on one line");
        if (key.Length > Longest)
            return ($"is longer than {Longest} characters", "use a shorter one");
        return Placeholders.Contains(key) || (key[0] == '<' && key[^1] == '>') || !key.AsSpan().ContainsAnyExcept(key[0]) ? ("is a placeholder, no key", Random) : null;
    }

    private static KeyHash? MapHash(SectionReader section)
    {
        if (section.Text("key-sha256") is not { } hex)
            return null;
        KeyHash? hash = KeyHash.Parse(hex.Trim());
        if (hash is null)
            section.Report("key-sha256", "is not 64 hex digits", "paste what `gateway hash-key` prints");
        else if (hash.Value.Equals(default) || hash.Value.Equals(KeyHash.Of("")))
            section.Report("key-sha256", "is the hash of no key", "paste what `gateway hash-key` prints");
        else
            return hash;
        return null;
    }

    private static KeyHash? MapFile(SectionReader section)
    {
        if (section.Scalar("key-file") is not { } scalar)
            return null;
        string file = LoadContext.ResolvePath(scalar.Text, scalar.Source);
        byte[]? bytes = section.Context.ReadFile(file, scalar.Source, section.PathOf("key-file"));
        return bytes is null ? null : Hash(section, "key-file", scalar, Encoding.UTF8.GetString(bytes));
    }

    private static KeyHash? Hash(SectionReader section, string form, ConfigScalar scalar, string text)
    {
        string key = SecretText.Strip(text);
        if (Check(key) is var (problem, fix))
        {
            section.Context.Report(scalar.Source, section.PathOf(form), problem, fix);
            return null;
        }

        if (key.Length < Short)
            section.Context.Warnings.Add($"{section.PathOf(form)}: has fewer than {Short} characters; use a random key, as from `openssl rand -hex 24`");
        return KeyHash.Of(key);
    }
}
