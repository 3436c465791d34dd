namespace Gateway.Configuration;

/// <summary>One thing that is wrong with a configuration, and what to do about it. Never holds a secret's value.</summary>
/// <param name="File">The file, or the variable or option that gave the value; empty when nothing was given at all.</param>
/// <param name="Line">1-based; 0 when <paramref name="File"/> is no file or has no position.</param>
/// <param name="Column">1-based; 0 as <paramref name="Line"/>.</param>
/// <param name="Path">Dotted path of the value; empty when the whole document is meant.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Fix">What to write instead.</param>
internal sealed record ConfigurationError(string File, int Line, int Column, string Path, string Problem, string Fix)
{
    /// <summary>Files come before variables, variables before options.</summary>
    internal int Order { get; init; }

    /// <summary><c>FILE:LINE:COL: path: problem — fix</c>; parts that do not exist are left out.</summary>
    public override string ToString()
    {
        string position = Line > 0 ? $"{File}:{Line}:{Column}: " : File.Length > 0 ? $"{File}: " : "";
        string path = Path.Length > 0 ? $"{Path}: " : "";
        return $"{position}{path}{Problem} — {Fix}";
    }
}
