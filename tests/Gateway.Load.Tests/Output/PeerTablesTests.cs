using Gateway.Load.Answers;
using Gateway.Load.Measures;
using Gateway.Load.Output;
using Gateway.Load.Run;
using TestKit.Processes;

namespace Gateway.Load.Tests.Output;

/// <summary>The tables of bench/peers read the CSV by its titles: a title that is not found is a zero in a table, not an error.</summary>
public sealed class PeerTablesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("figure \"$file\" gateway 'Error Request Count'", "3")]
    [InlineData("figure \"$file\" gateway 'Content Errors'", "2")]
    [InlineData("errors_of \"$file\" gateway", "5")]
    [InlineData("errors_of \"$file\" direct", "0")]
    [InlineData("figure \"$file\" gateway 'Content Chunk Count'", "40")]
    [InlineData("figure \"$file\" gateway 'CPU of the Process per Chunk'", "50000")]
    [InlineData("figure \"$file\" gateway 'Resident Memory of the Process'", "1")]
    [InlineData("figure \"$file\" gateway 'Inter Chunk Latency' max", "20")]
    public async Task Figure_TitleOfTheCsv_IsFound(string command, string expected)
    {
        await File.WriteAllTextAsync(_file, CsvReport.Write([Result("direct", new Dictionary<string, long>(), default), Result("gateway", new Dictionary<string, long> { ["cut"] = 3 }, new(1, 0, 1, 0))]));

        CommandProcess said = await CommandProcess.RunAsync("bash", ["-c", $"model=m key=k file='{_file}'; source bench/peers/loads.sh; {command}"], folder: Repository.Root);

        Assert.Equal(("", expected), (said.Error, said.Output.Trim()));
    }

    private static RunResult Result(string name, Dictionary<string, long> errors, ContentDifference content)
    {
        Histogram gaps = new();
        gaps.Add(20 * LoadClock.Millisecond);
        RunTotals totals = new() { Succeeded = 10, Chunks = 40, ChunksSinceWarmup = 40, Checked = 10, Content = content };
        return new RunResult
        {
            Name = name,
            Url = "",
            Model = "",
            Load = "",
            StartedAt = default,
            Measures = new RunMeasures(new Dictionary<MetricId, Histogram> { [MetricId.InterChunk] = gaps }, [], LoadClock.Second, errors, totals),
            Seconds = 1,
            WasCancelled = false,
            HasObjectives = false,
            OwnCpu = 0,
            Process = new ProcessReading(2, 1024 * 1024, 1024 * 1024),
        };
    }
}
