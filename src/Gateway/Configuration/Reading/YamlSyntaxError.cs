using YamlDotNet.Core;

namespace Gateway.Configuration.Reading;

/// <summary>The parser's complaint as one of ours, with the fix for what usually is behind it.</summary>
internal static class YamlSyntaxError
{
    public static void Report(YamlException exception, ConfigurationSource position, string text, LoadContext context)
    {
        string[] lines = text.Split('\n');
        string problem = exception.Message.TrimEnd('.');
        string fix = "correct the syntax; text that starts with a special character needs quotes";
        if (problem.Contains("tab", StringComparison.Ordinal) && TabAt(lines, position) is { } tab)
        {
            position = tab;
            fix = "indent with spaces";
        }
        else if (position.Line <= lines.Length && lines[position.Line - 1].Contains("${", StringComparison.Ordinal))
        {
            fix = "inside { } and [ ] write \"${NAME}\" in quotes";
        }

        context.Report(position, "", $"not valid YAML: {problem}", fix);
    }

    /// <summary>The parser names the section in which a tab indents; users look for the tab.</summary>
    private static ConfigurationSource? TabAt(string[] lines, ConfigurationSource position)
    {
        for (int line = position.Line; line <= lines.Length; line++)
        {
            ReadOnlySpan<char> text = lines[line - 1];
            int tab = text[..^text.TrimStart().Length].IndexOf('\t');
            if (tab >= 0)
                return position with { Line = line, Column = tab + 1 };
        }

        return null;
    }
}
