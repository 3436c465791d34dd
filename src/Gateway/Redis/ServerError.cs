namespace Gateway.Redis;

/// <summary>Which of the server's errors mean that it, not the command, is at fault.</summary>
internal static class ServerError
{
    internal static RedisFailure Classify(ReadOnlySpan<byte> text) => IsUnavailable(text) ? RedisFailure.Unavailable : RedisFailure.Refused;

    private static bool IsUnavailable(ReadOnlySpan<byte> text) =>
        text.StartsWith("LOADING "u8)
        || text.StartsWith("READONLY "u8)
        || text.StartsWith("MOVED "u8)
        || text.StartsWith("ASK "u8)
        || text.StartsWith("TRYAGAIN "u8)
        || text.StartsWith("CLUSTERDOWN "u8)
        || text.StartsWith("MASTERDOWN "u8)
        || text.StartsWith("NOAUTH "u8)
        // Servers before 7.0 wrap the error of a command inside of a script.
        || text.IndexOf("-READONLY "u8) >= 0;
}
