using Gateway.Configuration;

namespace Gateway.Telemetry;

/// <summary>The process log: one line per event on standard error, as JSON or text; standard output belongs to the access log.</summary>
internal static class ProcessLog
{
    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    /// <summary>Replaces every provider that is there. The console's own queue writes from a background thread.</summary>
    internal static ILoggingBuilder UseProcessLog(this ILoggingBuilder logging, LogFormat format)
    {
        logging.ClearProviders();
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(options =>
            {
                options.TimestampFormat = TimestampFormat.TrimEnd();
                options.UseUtcTimestamp = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(options =>
            {
                options.TimestampFormat = TimestampFormat;
                options.UseUtcTimestamp = true;
                options.SingleLine = true;
            });
        }

        return logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
