namespace Gateway.Redis;

/// <summary>
/// One channel on a connection of its own, subscribed again whenever that is lost. Redis keeps no messages for who is away:
/// whoever must not miss one acts on the loss.
/// </summary>
internal sealed class RedisSubscription : IAsyncDisposable
{
    private readonly RedisOptions _options;
    private readonly string _channel;
    private readonly Action<ReadOnlyMemory<byte>> _onMessage;
    private readonly Action<bool> _onChange;
    private readonly RedisJournal _journal;
    private readonly RedisDialer _dialer;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private bool _isSubscribed;

    internal RedisSubscription(
        RedisOptions options, string channel, Action<ReadOnlyMemory<byte>> onMessage, Action<bool> onChange, RedisJournal journal, TimeProvider time, Random random)
    {
        _options = options;
        _channel = channel;
        _onMessage = onMessage;
        _onChange = onChange;
        _journal = journal;
        _dialer = new RedisDialer(options, time);
        _time = time;
        _random = random;
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    private async Task RunAsync()
    {
        int failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            string reason = "the connection broke";
            try
            {
                using RedisWire wire = await _dialer.ConnectAsync(_stopping.Token);
                reason = await ListenAsync(wire);
            }
            catch (RedisConnectException e)
            {
                reason = e.Message;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // Said below that messages end.
            }
            catch (Exception)
            {
                // Broken, silent for too long, or a handler that threw: all are answered by a new connection.
            }

            failures = _isSubscribed ? 1 : failures + 1;
            Lose(reason);
            await Task.Delay(RedisBackoff.Wait(failures, _options, _random), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Why it ended.</returns>
    private async Task<string> ListenAsync(RedisWire wire)
    {
        await wire.SendAsync(["SUBSCRIBE", _channel], _stopping.Token);
        // A channel may be quiet for long, the connection may not: the server answers a ping between messages.
        using var silence = new CancellationTokenSource(_options.PingInterval * 2, _time);
        using CancellationTokenRegistration stop = _stopping.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), silence);
        await using ITimer ping = _time.CreateTimer(_ => _ = PingAsync(wire), null, _options.PingInterval, _options.PingInterval);
        while (true)
        {
            RedisReply reply = await wire.ReadAsync(silence.Token);
            silence.CancelAfter(_options.PingInterval * 2);
            if (!reply.IsOk)
                return $"the server says {reply.ErrorCode}";
            Hear(reply);
        }
    }

    private void Hear(RedisReply reply)
    {
        ReadOnlySpan<RedisReply> items = reply.Items;
        if (items.Length != 3 || items[0].Bytes is not { } kind)
            return;
        if (kind.AsSpan().SequenceEqual("message"u8) && items[2].Bytes is { } message)
        {
            _onMessage(message);
        }
        else if (kind.AsSpan().SequenceEqual("subscribe"u8) && !_isSubscribed)
        {
            _isSubscribed = true;
            _journal.Up();
            _onChange(true);
        }
    }

    private void Lose(string reason)
    {
        if (!_stopping.IsCancellationRequested)
        {
            _journal.Failed();
            _journal.Down(reason);
        }

        if (!_isSubscribed)
            return;
        _isSubscribed = false;
        _onChange(false);
    }

    private async Task PingAsync(RedisWire wire)
    {
        try
        {
            await wire.SendAsync(["PING"], _stopping.Token);
        }
        catch (Exception)
        {
            // The reader finds out.
        }
    }
}
