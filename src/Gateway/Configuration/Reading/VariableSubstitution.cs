using System.Text;

namespace Gateway.Configuration.Reading;

/// <summary><c>${VAR}</c> and <c>${VAR:-default}</c> in values; <c>$${</c> is a literal <c>${</c>.</summary>
internal static class VariableSubstitution
{
    public static ConfigScalar Expand(string raw, bool isNull, ConfigurationSource source, string path, LoadContext context)
    {
        if (!raw.Contains("${", StringComparison.Ordinal))
            return new ConfigScalar(raw, raw, isNull, source);

        var text = new StringBuilder(raw.Length);
        int at = 0;
        while (at < raw.Length)
        {
            ReadOnlySpan<char> rest = raw.AsSpan(at);
            if (rest.StartsWith("$${"))
            {
                text.Append("${");
                at += 3;
            }
            else if (!rest.StartsWith("${"))
            {
                text.Append(rest[0]);
                at++;
            }
            else if (!TryReadReference(raw, ref at, text, source, path, context))
            {
                return new ConfigScalar("", raw, isNull: false, source) { IsBroken = true };
            }
        }

        // `${X:-}` is how "absent unless X is set" is written.
        return new ConfigScalar(text.ToString(), raw, text.Length == 0, source);
    }

    private static bool TryReadReference(string raw, ref int at, StringBuilder text, ConfigurationSource source, string path, LoadContext context)
    {
        int end = raw.IndexOf('}', at);
        if (end < 0)
        {
            context.Report(source, path, "`${` is not closed", "write ${NAME}, or $${ for the characters themselves");
            return false;
        }

        string reference = raw[(at + 2)..end];
        int separator = reference.IndexOf(":-", StringComparison.Ordinal);
        string name = separator < 0 ? reference : reference[..separator];
        if (!IsName(name))
        {
            context.Report(source, path, $"{Quoted.Text(name)} is not a variable's name", "write ${NAME} or ${NAME:-default}, or $${ for the characters themselves");
            return false;
        }

        at = end + 1;
        string? value = context.Variables.GetValueOrDefault(name);
        if (separator >= 0 && string.IsNullOrEmpty(value))
            value = reference[(separator + 2)..];

        if (value is null)
        {
            context.Report(source, path, $"environment variable {name} is not set", $"set it, or write ${{{name}:-default}}");
            return false;
        }

        text.Append(value);
        return true;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
