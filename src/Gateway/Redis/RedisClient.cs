using Gateway.Telemetry;

namespace Gateway.Redis;

/// <summary>
/// One server, one connection for all callers, opened again whenever it is lost. No call throws or waits for longer than the timeout: what is
/// wrong with the server is in the reply (<see cref="RedisReply.Failure"/>). While it is known to be down, calls fail at once. Thread-safe.
/// </summary>
internal sealed class RedisClient : IAsyncDisposable
{
    private readonly RedisOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly ILogger<RedisClient> _log;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly RedisJournal _journal;
    private readonly RedisDialer _dialer;
    private readonly RedisPendingPool _pool = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile RedisConnection? _connection;
    private volatile TaskCompletionSource _up = NewSignal();
    private Task _running = Task.CompletedTask;

    /// <param name="options">Where and how.</param>
    /// <param name="metrics">Counts <c>gateway_redis_errors_total</c>.</param>
    /// <param name="log">Says once when the server is lost and once when it is back.</param>
    /// <param name="time">The clock of all timeouts.</param>
    /// <param name="random">Spreads the waits; safe for use from any thread.</param>
    internal RedisClient(RedisOptions options, GatewayMetrics metrics, ILogger<RedisClient> log, TimeProvider time, Random random)
    {
        _options = options;
        _metrics = metrics;
        _log = log;
        _time = time;
        _random = random;
        _journal = new RedisJournal(options.Purpose, metrics, log, time);
        _dialer = new RedisDialer(options, time);
    }

    /// <summary>Whether a command would be sent now.</summary>
    internal bool IsUp => _connection is { IsUsable: true };

    /// <summary>Begins to connect; once. Until the first connection, calls fail at once.</summary>
    internal void Start() => _running = RunAsync();

    /// <summary>Completes when there is a connection.</summary>
    internal Task ConnectedAsync(CancellationToken cancellation) => _up.Task.WaitAsync(cancellation);

    /// <summary>One command, written before this returns; the arguments' bytes are free again then. The reply may be awaited once, or not at all.</summary>
    internal ValueTask<RedisReply> SendAsync(params ReadOnlySpan<RedisArgument> command) => SendAsync(command, []);

    /// <summary>Runs a script by its hash, and once more with its text where the server does not know it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">How many of the arguments are keys; they come first.</param>
    /// <param name="arguments">Must stay as they are until the reply is there.</param>
    internal async ValueTask<RedisReply> EvalAsync(RedisScript script, int keys, ReadOnlyMemory<RedisArgument> arguments)
    {
        RedisReply reply = await SendAsync(["EVALSHA", script.Hash, keys], arguments.Span);
        return reply.ErrorCode == "NOSCRIPT" ? await SendAsync(["EVAL", script.Text, keys], arguments.Span) : reply;
    }

    /// <summary>Listens to a channel on a connection of its own until it is disposed of.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="onMessage">Called for each message, one after the other; must neither block nor throw.</param>
    /// <param name="onChange">Called with true when messages arrive from now on, with false when some may be missed from now on; must neither block nor throw.</param>
    internal RedisSubscription Subscribe(string channel, Action<ReadOnlyMemory<byte>> onMessage, Action<bool> onChange)
    {
        RedisOptions options = _options with { Purpose = $"{_options.Purpose} messages" };
        return new RedisSubscription(options, channel, onMessage, onChange, new RedisJournal(options.Purpose, _metrics, _log, _time), _time, _random);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _up.TrySetCanceled();
    }

    private ValueTask<RedisReply> SendAsync(ReadOnlySpan<RedisArgument> head, ReadOnlySpan<RedisArgument> tail)
    {
        if (_connection is { } connection)
            return connection.SendAsync(head, tail);
        _journal.Failed();
        return ValueTask.FromResult(RedisReply.Of(RedisFailure.Down));
    }

    private async Task RunAsync()
    {
        int failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            bool wasOfUse = false;
            try
            {
                wasOfUse = await ServeAsync(await _dialer.ConnectAsync(_stopping.Token));
            }
            catch (RedisConnectException e)
            {
                _journal.Failed();
                _journal.Down(e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            failures = wasOfUse ? 1 : failures + 1;
            await Task.Delay(RedisBackoff.Wait(failures, _options, _random), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until the connection is gone.</summary>
    /// <returns>Whether it ever answered: one that does not is no reason to try again quickly.</returns>
    private async Task<bool> ServeAsync(RedisWire wire)
    {
        using var connection = new RedisConnection(wire, _options, _journal, _pool, _time);
        using CancellationTokenRegistration stop = _stopping.Token.UnsafeRegister(static open => ((RedisConnection)open!).Close("stopped"), connection);
        foreach (RedisScript script in _options.Scripts)
            _ = connection.SendAsync(["SCRIPT", "LOAD", script.Text], []).AsTask();
        _connection = connection;
        _journal.Up();
        _up.TrySetResult();
        string reason = await connection.Ended;
        _up = NewSignal();
        _connection = null;
        if (!_stopping.IsCancellationRequested)
            _journal.Down(reason);
        return connection.HasAnswered;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
