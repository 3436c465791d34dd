using System.Text;
using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary>Credentials as users paste them.</summary>
internal static class SecretText
{
    private const string Scheme = "Bearer ";

    /// <summary>Blanks and a leading <c>Bearer </c> are stripped.</summary>
    /// <returns>Null: none, or reported because it cannot be put into a header.</returns>
    public static Secret? Parse(string text, ConfigurationSource source, string path, LoadContext context)
    {
        string key = Strip(text);
        if (IsHeaderValue(key))
            return key.Length == 0 ? null : new Secret(key);

        context.Report(source, path, "holds control characters or characters beyond ASCII", "paste the key again, on one line");
        return null;
    }

    /// <summary>Without the blanks around it and a leading <c>Bearer </c>.</summary>
    public static string Strip(string text)
    {
        string key = text.Trim();
        if (key.Equals(Scheme.TrimEnd(), StringComparison.OrdinalIgnoreCase))
            return "";
        return key.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? key[Scheme.Length..].Trim() : key;
    }

    public static Secret? ReadFile(SectionReader section, string key)
    {
        if (section.Scalar(key) is not { } scalar)
            return null;

        string file = LoadContext.ResolvePath(scalar.Text, scalar.Source);
        byte[]? bytes = section.Context.ReadFile(file, scalar.Source, section.PathOf(key));
        return bytes is null ? null : Parse(Encoding.UTF8.GetString(bytes), scalar.Source, section.PathOf(key), section.Context);
    }

    /// <summary>Printable ASCII and blanks: what HTTP headers carry without argument.</summary>
    public static bool IsHeaderValue(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
