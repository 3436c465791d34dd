using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>The single figures of a run, under AIPerf's names where it has them.</summary>
internal static class Figures
{
    public static IReadOnlyList<Figure> Of(RunResult run)
    {
        RunTotals totals = run.Measures.Totals;
        List<Figure> figures =
        [
            new("request_throughput", "Request Throughput", "requests/sec", run.RequestThroughput),
            new("output_token_throughput", "Output Token Throughput", "tokens/sec", run.TokenThroughput),
            new("total_token_throughput", "Total Token Throughput", "tokens/sec", run.PerSecond(totals.OutputTokens + totals.PromptTokens)),
            new("request_count", "Request Count", "requests", totals.Succeeded),
            new("error_request_count", "Error Request Count", "requests", run.Measures.Failed),
            new("cancelled_request_count", "Cancelled Request Count", "requests", totals.Cancelled),
            new("total_output_tokens", "Total Output Tokens", "tokens", totals.OutputTokens - totals.ReasoningTokens),
            new("total_osl", "Total Output Sequence Length", "tokens", totals.OutputTokens),
            new("total_isl", "Total Input Sequence Length", "tokens", totals.PromptTokens),
            new("chunk_count", "Content Chunk Count", "chunks", totals.Chunks),
            new("stall_count", "Stall Count", "gaps", totals.Stalls),
            new("benchmark_duration", "Benchmark Duration", "sec", run.Seconds),
            new("generator_cpu", "CPU of the Generator", "cores", run.OwnCpu),
        ];
        if (run.HasObjectives)
        {
            figures.Add(new("goodput", "Goodput", "requests/sec", run.Goodput));
            figures.Add(new("good_request_count", "Good Request Count", "requests", totals.Good));
        }

        if (totals.Checked > 0)
            AddContent(figures, totals);
        if (run.Process is { } process)
            AddProcess(figures, process, run.Measures);
        return figures;
    }

    private static void AddContent(List<Figure> figures, RunTotals totals)
    {
        figures.Add(new("content_checked_count", "Answers Compared", "answers", totals.Checked));
        figures.Add(new("content_lost", "Lost Chunks", "chunks", totals.Content.Lost));
        figures.Add(new("content_doubled", "Doubled Chunks", "chunks", totals.Content.Doubled));
        figures.Add(new("content_reordered", "Reordered Chunks", "chunks", totals.Content.Reordered));
        figures.Add(new("content_altered", "Altered Chunks", "chunks", totals.Content.Altered));
        figures.Add(new("content_errors", "Content Errors", "chunks", totals.Content.Total));
    }

    private static void AddProcess(List<Figure> figures, ProcessReading process, RunMeasures measures)
    {
        const double Micro = 1e6;
        const double Mebi = 1024 * 1024;
        figures.Add(new("process_cpu_seconds", "CPU of the Process", "sec", process.CpuSeconds));
        figures.Add(new("process_cpu_per_request", "CPU of the Process per Request", "us", measures.Finished == 0 ? 0 : process.CpuSeconds * Micro / measures.Finished));
        figures.Add(new("process_cpu_per_chunk", "CPU of the Process per Chunk", "us", measures.Totals.ChunksSinceWarmup == 0 ? 0 : process.CpuSeconds * Micro / measures.Totals.ChunksSinceWarmup));
        figures.Add(new("process_memory", "Resident Memory of the Process", "MiB", process.ResidentBytes / Mebi));
        figures.Add(new("process_memory_peak", "Peak Memory of the Process", "MiB", process.PeakBytes / Mebi));
    }
}
