using Gateway.Telemetry;

namespace Gateway.Health;

/// <summary>Logs and counts what becomes of replicas: their ids, never their addresses.</summary>
internal sealed partial class HealthJournal(GatewayMetrics metrics, ILogger<HealthJournal> log)
{
    internal void Record(HealthChange change)
    {
        switch (change.Event)
        {
            case HealthEvent.Ejected:
                metrics.ReplicaEjected(change.Provider, change.Replica, change.ReasonLabel);
                Log.Ejected(log, change.Replica, change.Duration.TotalSeconds, change.ReasonLabel);
                break;
            case HealthEvent.Recovered:
                Log.Recovered(log, change.Replica);
                break;
            case HealthEvent.Unhealthy:
                Log.Unhealthy(log, change.Replica);
                break;
            case HealthEvent.Healthy:
                Log.Healthy(log, change.Replica);
                break;
            case HealthEvent.CredentialsRejected:
                Log.CredentialsRejected(log, change.Provider, change.Duration.TotalSeconds);
                break;
            case HealthEvent.Drained:
                Log.Drained(log, change.Replica);
                break;
            case HealthEvent.Undrained:
                Log.Undrained(log, change.Replica);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Health + 1, LogLevel.Warning, "Replica {Replica} ejected for {Seconds} s: its requests fail ({Reason})")]
        internal static partial void Ejected(ILogger logger, string replica, double seconds, string reason);

        [LoggerMessage(LogEvents.Health + 2, LogLevel.Information, "Replica {Replica} answers again")]
        internal static partial void Recovered(ILogger logger, string replica);

        [LoggerMessage(LogEvents.Health + 3, LogLevel.Warning, "Replica {Replica} is unhealthy: its probes fail")]
        internal static partial void Unhealthy(ILogger logger, string replica);

        [LoggerMessage(LogEvents.Health + 4, LogLevel.Information, "Replica {Replica} is healthy: its probes pass")]
        internal static partial void Healthy(ILogger logger, string replica);

        [LoggerMessage(LogEvents.Health + 5, LogLevel.Warning, "Provider {Provider} rejects the gateway's credentials; its replicas are unhealthy for {Seconds} s")]
        internal static partial void CredentialsRejected(ILogger logger, string provider, double seconds);

        [LoggerMessage(LogEvents.Health + 6, LogLevel.Information, "Replica {Replica} drained: it gets no new request")]
        internal static partial void Drained(ILogger logger, string replica);

        [LoggerMessage(LogEvents.Health + 7, LogLevel.Information, "Replica {Replica} takes requests again")]
        internal static partial void Undrained(ILogger logger, string replica);
    }
}
