using System.Globalization;
using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary>The <c>auth</c> section.</summary>
internal static class AuthMapper
{
    private static readonly string[] ExpiryFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <param name="root">The document.</param>
    /// <param name="routers">Names that <c>routers</c> may mention.</param>
    public static AuthOptions Map(SectionReader root, IReadOnlyList<string> routers)
    {
        SectionReader auth = root.Section("auth");
        List<ClientKeyOptions> keys = [];
        List<SectionReader> sections = [];
        foreach ((_, SectionReader section) in auth.Elements("keys"))
        {
            if (MapKey(section, routers) is not { } key)
                continue;
            CheckAgainst(keys, sections, key, section);
            keys.Add(key);
            sections.Add(section);
        }

        // An auth section that lets everybody in is never what was meant.
        if (root.Entries.Any(entry => entry.Key == "auth") && !auth.Has("keys"))
            root.Report("auth", "has no keys", "list them under auth.keys; without the section the gateway is open to whoever reaches it");
        return new AuthOptions { Keys = keys };
    }

    private static ClientKeyOptions? MapKey(SectionReader section, IReadOnlyList<string> routers)
    {
        string? id = section.Text("id");
        if (id is not null && !NameRules.IsName(id))
            section.Report("id", "is no name for a key", $"use letters, digits, `-` and `_`, starting with a letter or digit, at most {NameRules.Longest}");
        KeyHash? hash = ClientKeyText.Map(section);
        ClientKeyOptions options = new()
        {
            Id = id ?? "",
            Hash = hash ?? default,
            Enabled = section.Boolean("enabled", true),
            Expires = MapExpires(section),
            Models = section.DistinctTexts("models", StringComparer.Ordinal),
            Routers = MapRouters(section, routers),
            Limits = LimitMapper.Map(section),
        };
        return id is null || hash is null ? null : options;
    }

    private static DateTimeOffset? MapExpires(SectionReader section)
    {
        if (section.Text("expires") is not { Length: > 0 } text)
            return null;
        if (DateTimeOffset.TryParseExact(text, ExpiryFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset expires))
            return expires;

        section.Report("expires", $"{Quoted.Text(section.Scalar("expires")!.Raw)} is no date", "write 2027-01-01 (the start of that day, UTC) or 2027-01-01T12:00:00Z");
        return null;
    }

    private static IReadOnlyList<string> MapRouters(SectionReader section, IReadOnlyList<string> routers)
    {
        foreach ((ConfigScalar item, string path) in section.Items("routers"))
        {
            if (!routers.Contains(item.Text, StringComparer.Ordinal))
                section.Context.Report(item.Source, path, $"there is no router {Quoted.Text(item.Raw)}", $"use {string.Join(", ", routers)}");
        }

        return section.DistinctTexts("routers", StringComparer.Ordinal);
    }

    /// <summary>No secret twice; entries of one id let the same caller do the same.</summary>
    private static void CheckAgainst(List<ClientKeyOptions> keys, List<SectionReader> sections, ClientKeyOptions key, SectionReader section)
    {
        int same = keys.FindIndex(other => other.Hash.Equals(key.Hash));
        if (same >= 0)
            section.ReportSelf($"has the same key as {sections[same].Path}", "give each entry a key of its own, or remove one of the two");

        int first = keys.FindIndex(other => other.Id == key.Id);
        if (first >= 0 && !IsSameCaller(keys[first], key))
            section.ReportSelf($"has the id of {sections[first].Path} but other models, routers or limits", "make them equal in all entries of an id, or use another id");
    }

    private static bool IsSameCaller(ClientKeyOptions a, ClientKeyOptions b) =>
        a.Models.SequenceEqual(b.Models) && a.Routers.SequenceEqual(b.Routers) && a.Limits == b.Limits;
}
