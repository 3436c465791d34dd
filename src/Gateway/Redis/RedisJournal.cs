using Gateway.Telemetry;

namespace Gateway.Redis;

/// <summary>Counts what fails, and says once when a server cannot be used and once when it can again. Thread-safe.</summary>
internal sealed partial class RedisJournal(string purpose, GatewayMetrics metrics, ILogger log, TimeProvider time)
{
    /// <summary>A server that comes and goes fills no log: between two outages that are told lies at least this.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _toldAt;
    private long? _refusedAt;
    private bool _isTold;

    /// <summary>May be called as often as it is found to be down.</summary>
    internal void Down(string reason)
    {
        lock (_gate)
        {
            if (_isTold || !IsDue(ref _toldAt))
                return;
            _isTold = true;
        }

        Log.Down(log, purpose, reason);
    }

    internal void Up()
    {
        lock (_gate)
        {
            if (!_isTold)
                return;
            _isTold = false;
        }

        Log.Up(log, purpose);
    }

    internal void Failed(int count = 1) => metrics.RedisFailed(count);

    internal void Refused(RedisReply reply)
    {
        Failed();
        lock (_gate)
        {
            if (!IsDue(ref _refusedAt))
                return;
        }

        Log.Refused(log, purpose, reply.ErrorCode ?? "");
    }

    private bool IsDue(ref long? last)
    {
        if (last is { } at && time.GetElapsedTime(at) < Quiet)
            return false;
        last = time.GetTimestamp();
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Redis + 1, LogLevel.Warning, "Redis cannot be used for {Purpose}: {Reason}; this gateway goes on alone until it is back")]
        internal static partial void Down(ILogger logger, string purpose, string reason);

        [LoggerMessage(LogEvents.Redis + 2, LogLevel.Information, "Redis is used for {Purpose} again")]
        internal static partial void Up(ILogger logger, string purpose);

        [LoggerMessage(LogEvents.Redis + 3, LogLevel.Warning, "Redis refuses commands for {Purpose}: {Code}")]
        internal static partial void Refused(ILogger logger, string purpose, string code);
    }
}
