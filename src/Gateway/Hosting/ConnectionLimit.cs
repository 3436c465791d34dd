using Gateway.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Hosting;

/// <summary>
/// Bounds the connections of some listeners together. Those a little beyond the limit are served one answer, 503, since a client that reads it knows what to do;
/// those beyond that are closed without a word.
/// </summary>
/// <param name="most">Connections that are served.</param>
/// <param name="surplus">Connections beyond them that are told so.</param>
/// <param name="log">Told once when the limit is reached, and again after it was not for a while.</param>
internal sealed partial class ConnectionLimit(int most, int surplus, ILogger log)
{
    private int _open;
    private int _isTold;

    /// <summary>Of clients: a sixteenth more are told.</summary>
    internal static ConnectionLimit OfClients(int most, ILogger log) => new(most, Math.Max(16, most / 16), log);

    /// <summary>Connections now.</summary>
    internal int Open => Volatile.Read(ref _open);

    /// <summary>Serves the connection if there is room.</summary>
    internal async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        long open = Interlocked.Increment(ref _open);
        try
        {
            if (open > most)
                Tell();
            if (open > most + (long)surplus)
            {
                connection.Abort(new("The connection limit is reached."));
                return;
            }

            if (open > most)
                connection.Features.Set(ConnectionMark.Surplus);
            await next(connection);
        }
        finally
        {
            if (Interlocked.Decrement(ref _open) < most - (most / 8))
                Volatile.Write(ref _isTold, 0);
        }
    }

    private void Tell()
    {
        if (Interlocked.Exchange(ref _isTold, 1) == 0)
            Log.Reached(log, most);
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Hosting + 12, LogLevel.Warning, "The limit of {Most} connections is reached (server.max-connections): further ones are answered with 503")]
        internal static partial void Reached(ILogger logger, int most);
    }
}
