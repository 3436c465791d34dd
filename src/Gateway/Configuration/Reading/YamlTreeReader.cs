using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Configuration.Reading;

/// <summary>
/// YAML → document tree with positions, over YamlDotNet's event parser. Duplicate keys are errors, aliases share nodes, <c>&lt;&lt;</c> merges.
/// </summary>
internal sealed class YamlTreeReader
{
    /// <summary>Deeper than any schema path, and shallow enough for the stack.</summary>
    private const int DeepestNesting = 32;

    private readonly string _file;
    private readonly LoadContext _context;
    private readonly Parser _parser;
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);

    private YamlTreeReader(string file, string text, LoadContext context)
    {
        _file = file;
        _context = context;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's root, empty for an empty document; null after a syntax error, which is reported.</summary>
    public static ConfigMapping? Read(string file, string text, LoadContext context)
    {
        var reader = new YamlTreeReader(file, text, context);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            YamlSyntaxError.Report(exception, Position(file, exception.Start), text, context);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            // Some malformed input trips the parser itself, an unclosed bracket above all; the last event tells where.
            Mark last = reader._parser.Current?.End ?? Mark.Empty;
            context.Report(Position(file, last), "", "not valid YAML: nothing makes sense after this", "close the bracket, brace or quote that is open here");
        }

        return null;
    }

    private static ConfigurationSource Position(string file, in Mark mark) =>
        new(ConfigurationSourceKind.File, file, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    private ConfigurationSource Here(ParsingEvent at) => Position(_file, at.Start);

    private ConfigMapping ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out DocumentStart? start))
            return new ConfigMapping([], Position(_file, Mark.Empty));

        ConfigurationSource position = Here(_parser.Current!);
        ConfigNode root = ReadNode("", 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out DocumentStart? second))
            throw new YamlException(second.Start, second.End, "a second document starts here; one file holds one configuration");

        if (root is ConfigMapping mapping)
            return mapping;

        if (!root.IsNull)
            _context.Report(root.Source, "", $"the configuration must be a section, not {root.Shape}", "start with `providers:`");
        return new ConfigMapping([], position);
    }

    private ConfigNode ReadNode(string path, int depth)
    {
        ParsingEvent current = _parser.Current!;
        if (depth > DeepestNesting)
            throw new YamlException(current.Start, current.End, $"nested deeper than {DeepestNesting} levels");

        if (_parser.TryConsume<AnchorAlias>(out AnchorAlias? alias))
        {
            return _anchors.TryGetValue(alias.Value.Value, out ConfigNode? target)
                ? target
                : throw new YamlException(alias.Start, alias.End, "an alias (*…) has no anchor before it");
        }

        ConfigNode node = current switch
        {
            Scalar => ReadScalar(path),
            SequenceStart => ReadSequence(path, depth),
            MappingStart => ReadMapping(path, depth),
            _ => throw new YamlException(current.Start, current.End, "a value was expected"),
        };
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
            _anchors[anchored.Anchor.Value] = node;

        return node;
    }

    private ConfigScalar ReadScalar(string path)
    {
        Scalar scalar = _parser.Consume<Scalar>();
        bool isNull = scalar is { Style: ScalarStyle.Plain, Tag.IsEmpty: true, Value: "" or "~" or "null" or "Null" or "NULL" };
        return VariableSubstitution.Expand(scalar.Value, isNull, Here(scalar), path, _context);
    }

    private ConfigSequence ReadSequence(string path, int depth)
    {
        SequenceStart start = _parser.Consume<SequenceStart>();
        List<ConfigNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));

        return new ConfigSequence(items, Here(start));
    }

    private ConfigMapping ReadMapping(string path, int depth)
    {
        MappingStart start = _parser.Consume<MappingStart>();
        Dictionary<string, ConfigEntry> entries = new(StringComparer.Ordinal);
        List<ConfigEntry> merges = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out Scalar? key))
                throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a key must be plain text");

            string keyPath = path.Length == 0 ? Quoted.Key(key.Value) : $"{path}.{Quoted.Key(key.Value)}";
            var entry = new ConfigEntry(key.Value, Here(key), ReadNode(keyPath, depth + 1));
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
                merges.Add(entry);
            else if (!entries.TryAdd(key.Value, entry))
                _context.Report(entry.KeySource, keyPath, $"duplicate key; line {entries[key.Value].KeySource.Line} has it already", "keep one of the two");
        }

        foreach (ConfigEntry merge in merges)
            Merge(merge, entries, path);

        return new ConfigMapping([.. entries.Values], Here(start));
    }

    /// <summary><c>&lt;&lt;: *base</c> or <c>&lt;&lt;: [*a, *b]</c>: keys that the mapping does not have itself; an earlier one wins.</summary>
    private void Merge(ConfigEntry merge, Dictionary<string, ConfigEntry> entries, string path)
    {
        IReadOnlyList<ConfigNode> sources = merge.Value is ConfigSequence list ? list.Items : [merge.Value];
        foreach (ConfigNode source in sources)
        {
            if (source is not ConfigMapping mapping)
            {
                _context.Report(merge.KeySource, path, $"`<<` merges sections, not {source.Shape}", "write `<<: *anchor` of a section");
                continue;
            }

            foreach (ConfigEntry inherited in mapping.Entries)
                entries.TryAdd(inherited.Key, inherited);
        }
    }
}
