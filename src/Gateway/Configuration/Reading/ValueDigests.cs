using System.Text;
using Gateway.Streaming.Resume;

namespace Gateway.Configuration.Reading;

/// <summary>
/// A digest of every value that is set, by its path; of a value that names a file, with the file's content. What two loads have in common is found by
/// comparing them, whatever keys there are, and no secret is kept for that.
/// </summary>
internal static class ValueDigests
{
    public static SortedDictionary<string, string> Of(ConfigMapping document, LoadContext context)
    {
        SortedDictionary<string, string> digests = new(StringComparer.Ordinal);
        Add(document, "", digests);
        foreach ((string path, string content) in context.FileDigests)
            digests[path] = digests.GetValueOrDefault(path) + content;
        return digests;
    }

    /// <summary>Of a part of the configuration, its own path included.</summary>
    public static string OfSection(SortedDictionary<string, string> digests, string section)
    {
        TextHash hash = new();
        foreach ((string path, string digest) in digests)
        {
            if (IsIn(path, section))
                hash.Append(Encoding.UTF8.GetBytes($"{path}\n{digest}\n"));
        }

        return hash.Digest().ToString();
    }

    public static bool IsIn(string path, string section) =>
        path.StartsWith(section, StringComparison.Ordinal) && (path.Length == section.Length || path[section.Length] is '.' or '[');

    private static void Add(ConfigNode node, string path, SortedDictionary<string, string> digests)
    {
        switch (node)
        {
            case { IsNull: true }:
                break;
            case ConfigScalar scalar:
                digests[path] = Digest(scalar.Text);
                break;
            case ConfigSequence list when list.Items.All(static item => item is ConfigScalar):
                // Each with its length, so that [ab] and [a, b] differ.
                digests[path] = Digest(string.Concat(list.Items.Select(static item => $"{((ConfigScalar)item).Text.Length}:{((ConfigScalar)item).Text}")));
                break;
            case ConfigSequence list:
                for (int i = 0; i < list.Items.Count; i++)
                    Add(list.Items[i], $"{path}[{i}]", digests);
                break;
            case ConfigMapping section:
                if (section.Entries.Count == 0 && path.Length > 0)
                    digests[path] = "";
                foreach (ConfigEntry entry in section.Entries)
                    Add(entry.Value, path.Length == 0 ? Quoted.Key(entry.Key) : $"{path}.{Quoted.Key(entry.Key)}", digests);
                break;
        }
    }

    private static string Digest(string text) => ConfigurationFile.DigestOf(Encoding.UTF8.GetBytes(text));
}
