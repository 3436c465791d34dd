namespace Gateway.Load.Measures;

/// <summary>Nanoseconds since the clock was made: the one unit of every time in a run.</summary>
internal sealed class LoadClock
{
    public const long Second = 1_000_000_000;
    public const long Millisecond = 1_000_000;

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly double _scale;

    public LoadClock(TimeProvider time)
    {
        _time = time;
        _scale = (double)Second / time.TimestampFrequency;
        _origin = time.GetTimestamp();
    }

    public TimeProvider Time => _time;

    public long Now => (long)((_time.GetTimestamp() - _origin) * _scale);

    public static long Of(TimeSpan span) => span.Ticks * 100;

    public static double Seconds(long nanoseconds) => (double)nanoseconds / Second;
}
