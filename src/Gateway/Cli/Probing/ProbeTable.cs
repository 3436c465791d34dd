namespace Gateway.Cli.Probing;

/// <summary>The results as text: a row for each replica, below it what is wrong and what to do.</summary>
internal static class ProbeTable
{
    private static readonly string[] Heads = ["replica", "credentials", "models", "model", "completion", "first token", "stream"];

    internal static void Write(IReadOnlyList<ProbeResult> results, TextWriter output)
    {
        string[][] rows = [Heads, .. results.Select(Cells)];
        int[] widths = [.. Heads.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());

        foreach (ProbeResult result in results.Where(result => result.Findings.Count > 0))
        {
            output.WriteLine();
            output.WriteLine($"{result.Replica} ({result.Address})");
            foreach (ProbeFinding finding in result.Findings)
            {
                output.WriteLine($"  {finding.Problem}");
                output.WriteLine($"  → {finding.Fix}");
            }
        }
    }

    private static string[] Cells(ProbeResult row) => [row.Replica, row.Credentials, row.Models, row.Model, row.Completion, row.FirstToken, row.Stream];
}
