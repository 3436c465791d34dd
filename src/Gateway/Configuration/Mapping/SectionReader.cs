using Gateway.Configuration.Reading;
using Gateway.Configuration.Schema;

namespace Gateway.Configuration.Mapping;

/// <summary>
/// Typed access to a section that was checked against the schema. An absent or refused value reads as the fallback: its error is on the list already.
/// </summary>
internal sealed class SectionReader(ConfigNode? node, ConfigurationSource source, string path, LoadContext context)
{
    private readonly ConfigMapping? _mapping = node as ConfigMapping;

    public LoadContext Context { get; } = context;

    public string Path { get; } = path;

    public IEnumerable<ConfigEntry> Entries => _mapping?.Entries ?? [];

    public bool Has(string key) => _mapping?.Find(key)?.Value.IsNull == false;

    public SectionReader Section(string key) => new(_mapping?.Find(key)?.Value, SourceOf(key), PathOf(key), Context);

    public string PathOf(string key) => Path.Length == 0 ? Quoted.Key(key) : $"{Path}.{Quoted.Key(key)}";

    /// <summary>Reports at the key, or at the section when the key is absent.</summary>
    public void Report(string key, string problem, string fix) => Context.Report(_mapping?.Find(key)?.Value.Source ?? source, PathOf(key), problem, fix);

    /// <summary>Reports at the section's own name.</summary>
    public void ReportSelf(string problem, string fix) => Context.Report(source, Path, problem, fix);

    /// <summary>The value as text; null: absent, refused, or no single value.</summary>
    public ConfigScalar? Scalar(string key) => _mapping?.Find(key)?.Value is ConfigScalar { IsNull: false, IsBroken: false } scalar ? scalar : null;

    public string? Text(string key) => Scalar(key)?.Text;

    public TimeSpan Duration(string key, TimeSpan fallback) => Text(key) is { } text && DurationText.Parse(text, out TimeSpan value) is null ? value : fallback;

    public long Size(string key, long fallback) => Text(key) is { } text && SizeText.Parse(text, out long value) is null ? value : fallback;

    public double Share(string key, double fallback) => Text(key) is { } text && ShareText.Parse(text, out double value) is null ? value : fallback;

    public int Integer(string key, int fallback) => int.TryParse(Text(key), out int value) ? value : fallback;

    public bool Boolean(string key, bool fallback) => bool.TryParse(Text(key), out bool value) ? value : fallback;

    public Uri? Url(string key) => Text(key) is { } text && UrlText.TryParse(text, out Uri? url) ? url : null;

    /// <summary>A list's items, a single value as one item; with the path of each.</summary>
    public IEnumerable<(ConfigScalar Item, string Path)> Items(string key)
    {
        ConfigNode? value = _mapping?.Find(key)?.Value;
        if (value is ConfigScalar { IsNull: false, IsBroken: false } one)
            return [(one, PathOf(key))];

        List<(ConfigScalar, string)> items = [];
        IReadOnlyList<ConfigNode> nodes = (value as ConfigSequence)?.Items ?? [];
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is ConfigScalar { IsNull: false, IsBroken: false } item)
                items.Add((item, $"{PathOf(key)}[{i}]"));
        }

        return items;
    }

    /// <summary>A list's items, each a single value or a section, with a reader at the place of each.</summary>
    public IEnumerable<(ConfigNode Item, SectionReader Section)> Elements(string key)
    {
        IReadOnlyList<ConfigNode> nodes = (_mapping?.Find(key)?.Value as ConfigSequence)?.Items ?? [];
        for (int i = 0; i < nodes.Count; i++)
        {
            if (!nodes[i].IsNull)
                yield return (nodes[i], new SectionReader(nodes[i], nodes[i].Source, $"{PathOf(key)}[{i}]", Context));
        }
    }

    /// <summary>The items as text; a repeated one is reported.</summary>
    public IReadOnlyList<string> DistinctTexts(string key, StringComparer comparer)
    {
        List<string> texts = [];
        foreach ((ConfigScalar item, string itemPath) in Items(key))
        {
            if (texts.Contains(item.Text, comparer))
                Context.Report(item.Source, itemPath, $"{Quoted.Text(item.Raw)} is listed twice", "remove one of the two");
            else
                texts.Add(item.Text);
        }

        return texts;
    }

    private ConfigurationSource SourceOf(string key) => _mapping?.Find(key)?.KeySource ?? source;
}
