using Gateway.Load.Http;
using Gateway.Load.Measures;
using Gateway.Load.Output;
using Gateway.Load.Requests;

namespace Gateway.Load.Run;

/// <summary>Runs a load against one target, from name resolution to the result.</summary>
internal sealed class LoadRunner(TimeProvider time, IRunProgress progress)
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    /// <param name="options">With a URL.</param>
    /// <param name="stop">Stops starting requests; those in flight have the grace to end.</param>
    /// <exception cref="HttpFailure">The target cannot be reached or lists no model.</exception>
    /// <exception cref="FormatException">A file of the options is not what it should be.</exception>
    public async Task<RunResult> RunAsync(RunOptions options, CancellationToken stop)
    {
        IReadOnlyList<Dialogue>? dataset = options.Requests.Dataset is { } file ? Read(file, lines => DatasetReader.Read(lines, options.Requests.Api)) : null;
        IReadOnlyList<TraceEntry>? trace = options.Trace is { } path ? Read(path, TraceReader.Read) : null;
        using CancellationTokenSource connecting = new(ConnectTime, time);
        LoadEndpoint endpoint = await LoadEndpoint.ResolveAsync(options.Url!, options.Insecure, connecting.Token);
        using ConnectionPool connections = new(endpoint);
        options = await ModelList.FillAsync(options, connections, endpoint, connecting.Token);
        Random random = new(options.Seed);
        RequestFactory requests = new(options.Requests.AtMost(options.MaxRequests), endpoint.Host, TargetPath.Of(options.Url!), dataset, random);
        if (!options.IsOpenLoop)
        {
            using CancellationTokenSource warming = new(ConnectTime, time);
            await connections.WarmUpAsync((int)Math.Min(options.Concurrency.Highest, options.MaxRequests), warming.Token);
        }

        // Away from the caller's thread: from here on, completions run where the sockets are served.
        return await Task.Run(() => DriveAsync(options, new Target(connections, requests), trace, random, stop), CancellationToken.None);
    }

    private async Task<RunResult> DriveAsync(RunOptions options, Target target, IReadOnlyList<TraceEntry>? trace, Random random, CancellationToken stop)
    {
        LoadClock clock = new(time);
        Recorder recorder = new(options.Objectives, Recorder.WidthFor(options.Duration), LoadClock.Of(options.Warmup));
        InFlight inFlight = new(clock);
        using CancellationTokenSource abandoned = new();
        RequestSender sender = new(target, options, recorder, inFlight, clock, abandoned.Token);
        LoadLoop loop = new(options, target, sender, recorder, clock, random);
        DateTimeOffset startedAt = time.GetUtcNow() + options.Warmup;
        using CancellationTokenSource over = new();
        Task watching = inFlight.WatchAsync(over.Token);
        Task showing = progress.ShowAsync(options, recorder, clock, over.Token);
        Task<UsageMeter> meter = UsageMeter.StartAsync(options.Pid, clock, options.Warmup, stop);

        Task ended = await loop.StartAsync(trace, stop);

        // While the load is at its height, unless all of it was started at once: then its end is waited for.
        double? ownCpu = (await meter).ReadOwn();
        await EndAsync(ended, inFlight, abandoned, options.Grace);
        ownCpu ??= (await meter).ReadOwn();
        ProcessReading? process = (await meter).ReadProcess();
        await over.CancelAsync();
        await Task.WhenAll(watching, showing);

        RunMeasures measures = recorder.Finish(LoadClock.Of(options.Duration));
        return new RunResult
        {
            Name = options.Name,
            Url = options.Url!.ToString(),
            Model = string.Join(", ", options.Requests.Models.Select(model => model.Name)),
            Load = LoadDescription.Of(options),
            StartedAt = startedAt,
            Measures = measures,
            Seconds = LoadClock.Seconds(Math.Max(0, measures.Totals.LastEnd - loop.MeasureFrom)),
            WasCancelled = stop.IsCancellationRequested,
            HasObjectives = options.Objectives.Count > 0,
            OwnCpu = ownCpu ?? 0,
            Process = process,
            ErrorExamples = sender.Examples,
        };
    }

    /// <summary>Waits for the requests in flight; what is not over after the grace is ended and counted.</summary>
    private async Task EndAsync(Task ended, InFlight inFlight, CancellationTokenSource abandoned, TimeSpan grace)
    {
        using CancellationTokenSource patience = new(grace, time);
        await ended.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!ended.IsCompleted)
        {
            await abandoned.CancelAsync();
            inFlight.EndAll();
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(10), time));
        }

        await ended;
    }

    private static List<T> Read<T>(string file, Func<IEnumerable<string>, List<T>> read)
    {
        try
        {
            return read(File.ReadLines(file));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{file}: {exception.Message}", exception);
        }
    }
}
