using Gateway.Telemetry;

namespace Gateway.Credentials;

/// <summary>Logs and counts what becomes of tokens: never the token.</summary>
internal sealed partial class CredentialJournal(GatewayMetrics metrics, ILogger<CredentialJournal> log)
{
    internal void Record(TokenRefresh refresh)
    {
        metrics.TokenRefreshed(refresh.Provider, refresh.Problem is null);
        if (!refresh.IsChange)
            return;
        if (refresh.Problem is null)
            Log.Available(log, refresh.Provider);
        else
            Log.Unavailable(log, refresh.Provider, refresh.Problem);
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Credentials + 1, LogLevel.Information, "Provider {Provider} has an access token")]
        internal static partial void Available(ILogger logger, string provider);

        [LoggerMessage(LogEvents.Credentials + 2, LogLevel.Warning, "Provider {Provider} gets no new access token from its token service ({Problem}); it is asked again, with growing pauses")]
        internal static partial void Unavailable(ILogger logger, string provider, string problem);
    }
}
