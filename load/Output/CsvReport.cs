using System.Globalization;
using System.Text;
using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>Two blocks per run, as AIPerf writes them and with its names: distributions with their statistics, then single figures.</summary>
internal static class CsvReport
{
    public static string Write(IReadOnlyList<RunResult> runs)
    {
        StringBuilder text = new();
        foreach (RunResult run in runs)
        {
            if (runs.Count > 1)
                text.Append(text.Length > 0 ? "\n" : "").Append("Run,").Append(Quoted(run.Name)).Append('\n');
            text.Append("Metric,").AppendJoin(',', Distribution.Statistics).Append('\n');
            foreach (MetricName name in MetricNames.All)
            {
                if (run.Distribution(name.Id) is { } values)
                    text.Append(name.TitleWithUnit).Append(',').AppendJoin(',', Distribution.Statistics.Select(statistic => Number(values.Statistic(statistic)!.Value))).Append('\n');
            }

            text.Append("\nMetric,Value\n");
            foreach (Figure figure in Figures.Of(run))
                text.Append(figure.TitleWithUnit).Append(',').Append(Number(figure.Value)).Append('\n');
            foreach (KeyValuePair<string, long> error in run.Measures.Errors)
                text.Append($"Error {error.Key}").Append(',').Append(error.Value).Append('\n');
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
