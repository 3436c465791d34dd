using System.Text;

namespace Gateway.Cli;

/// <summary>One line of standard input that is not to be seen.</summary>
internal static class SecretInput
{
    /// <summary>More than any key has; a device given by mistake does not fill the memory.</summary>
    private const int Longest = 4096;

    /// <summary>Asks on standard error and does not echo, where standard input is a terminal.</summary>
    /// <returns>The line without its end; empty when there is none.</returns>
    public static string Read(string prompt)
    {
        if (Console.IsInputRedirected)
            return ReadLine(Console.In);

        Console.Error.Write(prompt);
        string line = ReadKeys();
        Console.Error.WriteLine();
        return line;
    }

    /// <summary>The first line of a reader, of which nothing else is read.</summary>
    public static string ReadLine(TextReader input)
    {
        var line = new StringBuilder();
        while (line.Length < Longest && input.Read() is >= 0 and not '\n' and var next)
            line.Append((char)next);
        return line.ToString().TrimEnd('\r');
    }

    private static string ReadKeys()
    {
        var line = new StringBuilder();
        while (line.Length < Longest && Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } pressed)
        {
            if (pressed.Key != ConsoleKey.Backspace)
                line.Append(pressed.KeyChar);
            else if (line.Length > 0)
                line.Length--;
        }

        return line.ToString();
    }
}
