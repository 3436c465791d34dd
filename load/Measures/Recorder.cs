namespace Gateway.Load.Measures;

/// <summary>
/// Takes the measures of a run. One lock: 20,000 requests or 40,000 chunks a second hold it for about a hundredth of that second.
/// </summary>
internal sealed class Recorder(IReadOnlyList<Objective> objectives, long sliceWidth, long measureFrom)
{
    /// <summary>A run is cut into about this many slices.</summary>
    public const int Slices = 240;

    /// <summary>Ten times the slices that were planned: a run that overstays its time by that much is not drawn further.</summary>
    private const int MaxSlices = Slices * 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<MetricId, Histogram> _histograms = [];
    private readonly List<TimeSlice> _slices = [];
    private readonly SortedDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private readonly Histogram _interval = new(Histogram.Coarse);
    private RunTotals _totals = new();
    private long _intervalCompleted;
    private long _allErrors;
    private long _chunks;

    public int InFlight;

    public static long WidthFor(TimeSpan duration) => Math.Max(LoadClock.Second, LoadClock.Of(duration) / Slices);

    /// <summary>A gap between two chunks of one stream.</summary>
    public void AddGap(long gap, bool measured)
    {
        if (!measured)
            return;
        lock (_lock)
            Of(MetricId.InterChunk).Add(gap);
    }

    /// <summary>A chunk with content.</summary>
    /// <param name="now">When it came.</param>
    public void AddChunk(long now)
    {
        if (now >= measureFrom)
            Interlocked.Increment(ref _chunks);
    }

    /// <summary>How far a chunk was behind its pace.</summary>
    public void AddDelay(long delay, bool measured)
    {
        if (!measured)
            return;
        lock (_lock)
            Of(MetricId.ChunkDelay).Add(delay);
    }

    /// <summary>How late the generator took a request up.</summary>
    public void AddLateness(long lateness)
    {
        lock (_lock)
            Of(MetricId.Lateness).Add(lateness);
    }

    public void AddContent(Answers.ContentDifference difference, bool measured)
    {
        if (!measured)
            return;
        lock (_lock)
            _totals = _totals with { Content = _totals.Content.Plus(difference), Checked = _totals.Checked + 1 };
    }

    public void Complete(Exchange exchange)
    {
        lock (_lock)
        {
            _intervalCompleted++;
            if (exchange is { Error: null, Cancelled: false })
                _interval.Add(exchange.Latency);
            _allErrors += exchange.Error is null ? 0 : 1;
            if (!exchange.Measured)
                return;
            TimeSlice? at = SliceAt(exchange.End);
            if (at is not null)
            {
                at.Completed += exchange.Error is null ? 1 : 0;
                at.Errors += exchange.Error is null ? 0 : 1;
                at.OutputTokens += exchange.OutputTokens;
                at.InFlight = Math.Max(at.InFlight, InFlight);
            }

            _totals = _totals with
            {
                Stalls = _totals.Stalls + exchange.Stalls,
                LastEnd = Math.Max(_totals.LastEnd, exchange.End),
                OutputTokens = _totals.OutputTokens + exchange.OutputTokens,
                ReasoningTokens = _totals.ReasoningTokens + exchange.Usage.Reasoning,
                PromptTokens = _totals.PromptTokens + exchange.Usage.Prompt,
                Chunks = _totals.Chunks + exchange.Chunks,
            };
            if (exchange.Error is { } error)
                _errors[error] = _errors.GetValueOrDefault(error) + 1;
            else if (exchange.Cancelled)
                _totals = _totals with { Cancelled = _totals.Cancelled + 1 };
            else
                Whole(exchange);
        }
    }

    /// <summary>What happened since the last call, for the progress line; errors since the start, so that none goes by unseen.</summary>
    public ProgressSample TakeInterval()
    {
        lock (_lock)
        {
            ProgressSample sample = new(_intervalCompleted, _interval.Quantile(0.5), _interval.Quantile(0.99), _allErrors, Volatile.Read(ref InFlight));
            _interval.Clear();
            _intervalCompleted = 0;
            return sample;
        }
    }

    /// <summary>The measures so far; to be called when nothing is recorded any more.</summary>
    /// <param name="duration">Slices that it does not fill show how the last requests drained, not what the target does under load: they are left out.</param>
    public RunMeasures Finish(long duration)
    {
        int filled = (int)Math.Clamp(duration / sliceWidth, 1, MaxSlices);
        lock (_lock)
            return new RunMeasures(_histograms, [.. _slices.Take(filled)], sliceWidth, _errors, _totals with { ChunksSinceWarmup = Volatile.Read(ref _chunks) });
    }

    /// <summary>A whole answer: only those have latencies; a fast refusal must not make a run look fast.</summary>
    private void Whole(Exchange exchange)
    {
        bool good = true;
        foreach (Objective objective in objectives)
            good &= objective.Holds(exchange);
        _totals = _totals with { Succeeded = _totals.Succeeded + 1, Good = _totals.Good + (good ? 1 : 0) };
        Of(MetricId.RequestLatency).Add(exchange.Latency);
        Of(MetricId.ServiceLatency).Add(exchange.ServiceLatency);
        TimeSlice? meant = SliceAt(exchange.Intended);
        meant?.Latency.Add(exchange.Latency);
        if (exchange.HasUsage)
            Of(MetricId.InputLength).Add(exchange.Usage.Prompt);
        if (exchange.OutputTokens > 0 && (exchange.HasUsage || exchange.First > 0))
            Of(MetricId.OutputLength).Add(exchange.OutputTokens);
        if (exchange.First == 0)
            return;
        Of(MetricId.TimeToFirst).Add(exchange.TimeToFirst);
        Of(MetricId.ServiceTimeToFirst).Add(exchange.First - exchange.Sent);
        meant?.FirstToken.Add(exchange.TimeToFirst);
        if (exchange.Second > 0)
            Of(MetricId.TimeToSecond).Add(exchange.Second - exchange.First);
        if (exchange.InterToken is not { } perToken)
            return;
        Of(MetricId.InterToken).Add((long)perToken);
        Of(MetricId.PerToken).Add((long)exchange.PerToken!.Value);
        if (perToken > 0)
            Of(MetricId.UserThroughput).Add((long)(1000 * LoadClock.Second / perToken));
    }

    private Histogram Of(MetricId id)
    {
        if (!_histograms.TryGetValue(id, out Histogram? histogram))
            _histograms.Add(id, histogram = new Histogram());
        return histogram;
    }

    private TimeSlice? SliceAt(long time)
    {
        long index = Math.Max(0, time - measureFrom) / sliceWidth;
        if (index >= MaxSlices)
            return null;
        while (_slices.Count <= index)
            _slices.Add(new TimeSlice());
        return _slices[(int)index];
    }
}
