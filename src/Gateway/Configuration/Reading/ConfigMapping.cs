namespace Gateway.Configuration.Reading;

/// <summary>A section; entries in file order, keys unique.</summary>
internal sealed class ConfigMapping(IReadOnlyList<ConfigEntry> entries, ConfigurationSource source) : ConfigNode(source)
{
    public IReadOnlyList<ConfigEntry> Entries { get; } = entries;

    public override string Shape => "a section";

    public ConfigEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    /// <summary>A copy in which <paramref name="entry"/> replaces the entry of its key, or comes last.</summary>
    public ConfigMapping With(ConfigEntry entry)
    {
        List<ConfigEntry> copy = [.. Entries];
        int index = copy.FindIndex(existing => existing.Key == entry.Key);
        if (index < 0)
            copy.Add(entry);
        else
            copy[index] = entry;

        return new ConfigMapping(copy, Source);
    }

    public ConfigMapping Without(string key) => new([.. Entries.Where(entry => entry.Key != key)], Source);
}
