using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary>Names of providers and routers: they stand in model names (<c>provider/model</c>), paths, headers, metric labels and variables' names.</summary>
internal static class NameRules
{
    public const int Longest = 64;

    public static void Check(SectionReader map, string what)
    {
        Dictionary<string, string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (ConfigEntry entry in map.Entries)
        {
            if (!IsName(entry.Key))
            {
                map.Context.Report(entry.KeySource, map.PathOf(entry.Key), $"is no name for a {what}", $"use letters, digits, `-` and `_`, starting with a letter or digit, at most {Longest}");
            }
            else if (!seen.TryAdd(entry.Key.Replace('_', '-'), entry.Key))
            {
                string other = seen[entry.Key.Replace('_', '-')];
                map.Context.Report(entry.KeySource, map.PathOf(entry.Key), $"duplicate {what}: `{other}` differs only in case or `-` and `_`", "rename one of the two");
            }
        }
    }

    public static bool IsName(string name) =>
        name.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
