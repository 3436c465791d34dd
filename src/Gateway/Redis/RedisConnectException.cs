namespace Gateway.Redis;

/// <summary>No connection came about. Stays in this folder: callers see <see cref="RedisFailure.Down"/>.</summary>
/// <param name="reason">For the log; no credential, nothing the server made up.</param>
/// <param name="inner">What happened.</param>
internal sealed class RedisConnectException(string reason, Exception? inner = null) : Exception(reason, inner);
