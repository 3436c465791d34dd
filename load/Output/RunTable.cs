using System.Text;
using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>The report on the console.</summary>
internal static class RunTable
{
    public static string Write(RunResult run)
    {
        StringBuilder text = new();
        text.AppendLine($"{run.Name}: {run.Url} {run.Model}: {run.Load}{(run.WasCancelled ? " (stopped early)" : "")}").AppendLine();
        TextTable table = new(["metric", .. Distribution.Shown]);
        foreach (MetricName name in MetricNames.All)
        {
            if (run.Distribution(name.Id) is { } values)
                table.Add([name.Label, .. Distribution.Shown.Select(statistic => Number(values.Statistic(statistic)!.Value))]);
        }

        text.Append(table).AppendLine();
        TextTable figures = new("figure", "value", "unit");
        foreach (Figure figure in Figures.Of(run))
            figures.Add(figure.Title, Number(figure.Value), figure.Unit);
        text.Append(figures);
        foreach (KeyValuePair<string, long> error in run.Measures.Errors)
            text.AppendLine($"error {error.Key}: {error.Value}{(run.ErrorExamples.TryGetValue(error.Key, out string? example) ? $", for example: {example}" : "")}");
        if (run.Bottleneck is { } bottleneck)
            text.AppendLine($"INVALID: the generator was the bottleneck: {bottleneck}.");
        return text.ToString();
    }

    public static string Number(double value) => value == Math.Floor(value) ? $"{value:0}" : value < 100 ? $"{value:0.00}" : $"{value:0.0}";
}
