namespace Gateway.Health;

/// <summary>How many requests of the last 30 s failed, counted by the second. Not thread-safe.</summary>
internal sealed class OutcomeWindow(TimeProvider time)
{
    private const int Seconds = 30;

    /// <summary>Fewer outcomes say nothing about a rate.</summary>
    private const int MinOutcomes = 20;

    private readonly long[] _second = new long[Seconds];
    private readonly int[] _outcomes = new int[Seconds];
    private readonly int[] _failures = new int[Seconds];

    /// <summary>Whether more than half of at least 20 outcomes were failures.</summary>
    internal bool IsMostlyFailing
    {
        get
        {
            long oldest = CurrentSecond - Seconds;
            int outcomes = 0;
            int failures = 0;
            for (int i = 0; i < Seconds; i++)
            {
                if (_second[i] <= oldest)
                    continue;
                outcomes += _outcomes[i];
                failures += _failures[i];
            }

            return outcomes >= MinOutcomes && failures * 2 > outcomes;
        }
    }

    private long CurrentSecond => time.GetTimestamp() / time.TimestampFrequency;

    internal void Add(bool failed)
    {
        long second = CurrentSecond;
        int slot = (int)(second % Seconds);
        if (_second[slot] != second)
        {
            _second[slot] = second;
            _outcomes[slot] = 0;
            _failures[slot] = 0;
        }

        _outcomes[slot]++;
        _failures[slot] += failed ? 1 : 0;
    }

    internal void Clear()
    {
        Array.Clear(_outcomes);
        Array.Clear(_failures);
    }
}
