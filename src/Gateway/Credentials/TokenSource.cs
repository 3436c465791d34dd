using Gateway.Configuration;

namespace Gateway.Credentials;

/// <summary>
/// Access tokens by OAuth 2.0 client credentials. One loop asks the token service, so there is never more than one request under way; it asks before a token
/// expires, again after a failure with growing pauses, and at once when an upstream has rejected the token. Requests wait only while there is no valid one.
/// </summary>
/// <param name="provider">The provider's name, for the journal.</param>
/// <param name="options">Its <c>oauth2</c> section.</param>
/// <param name="post">Sends one token request.</param>
/// <param name="readSecret">The client secret as it is now; may throw.</param>
/// <param name="time">The clock.</param>
/// <param name="random">For jitter.</param>
/// <param name="refreshed">Told of every try.</param>
internal sealed class TokenSource(
    string provider, OAuth2Options options, TokenPost post, Func<Secret> readSecret, TimeProvider time, Random random, Action<TokenRefresh>? refreshed) : ICredentialSource
{
    /// <summary>One token request, connecting included.</summary>
    internal static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long before its end a token is replaced; short-lived ones at 80 % of their time.</summary>
    internal static readonly TimeSpan RefreshMargin = TimeSpan.FromSeconds(60);

    internal static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>A token that came in the place of a rejected one, and was rejected before it ever worked, is given that time: else every request would ask for a token.</summary>
    internal static readonly TimeSpan RejectionPause = TimeSpan.FromSeconds(30);

    /// <summary>A token is not given out this short before its end: it has to reach the upstream.</summary>
    private static readonly TimeSpan TravelTime = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile AccessToken? _current;
    private Task? _loop;
    private TaskCompletionSource _round = NewSignal();
    private TaskCompletionSource _wake = NewSignal();
    private bool _isAsking = true;
    private bool _replacesRejected;
    private int _failures;
    private bool? _lastSucceeded;

    public bool IsAvailable => Volatile.Read(ref _failures) == 0 || Valid() is not null;

    public void Start()
    {
        lock (_lock)
            _loop ??= RunAsync();
    }

    public ValueTask<Credential?> GetAsync(CancellationToken cancellation) => Valid() is { } valid ? new(valid) : AwaitAsync(cancellation);

    public bool Reject(Credential credential)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
                return false;
            AccessToken? current = _current;
            if (current is null || current.Credential != credential)
                return current is not null || _isAsking;
            if (current.IsReplacement && !credential.HasWorked && time.GetElapsedTime(current.Since) < RejectionPause)
                return false;
            _current = null;
            _replacesRejected = true;
            if (!_isAsking)
                BeginRound();
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? loop;
        lock (_lock)
        {
            loop = _loop;
            _loop = Task.CompletedTask;
        }

        await _stop.CancelAsync();
        _wake.TrySetResult();
        if (loop is not null)
            await loop;
        _ = EndRound();
        _stop.Dispose();
    }

    private Credential? Valid() => _current is { } token && time.GetTimestamp() < token.Until ? token.Credential : null;

    private async ValueTask<Credential?> AwaitAsync(CancellationToken cancellation)
    {
        Task round;
        lock (_lock)
        {
            if (Valid() is { } valid)
                return valid;
            // Between two tries after a failure nobody waits: another provider may answer meanwhile.
            if (!_isAsking && (_failures > 0 || _stop.IsCancellationRequested))
                return null;
            if (!_isAsking)
                BeginRound();
            round = _round.Task;
        }

        await round.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Valid();
    }

    private async Task RunAsync()
    {
        // What follows reads files and parses: not on the thread of a request, or of a socket's completion.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!_stop.IsCancellationRequested)
        {
            TimeSpan wait = await AskAsync();
            Task wake = EndRound();
            await SleepAsync(wait, wake);
            lock (_lock)
            {
                if (!_isAsking)
                    BeginRound();
            }
        }
    }

    /// <summary>Asks for a token once.</summary>
    /// <returns>How long to wait until the next time.</returns>
    private async ValueTask<TimeSpan> AskAsync()
    {
        long asked = time.GetTimestamp();
        TokenReply reply = await RequestAsync();
        if (_stop.IsCancellationRequested)
            return TimeSpan.Zero;
        lock (_lock)
        {
            _failures = reply.Token is null ? _failures + 1 : 0;
            if (reply.Token is not null)
            {
                TimeSpan travel = reply.Lifetime / 10 < TravelTime ? reply.Lifetime / 10 : TravelTime;
                _current = new(Credential.Bearer(reply.Token), asked, asked + Ticks(reply.Lifetime - travel), _replacesRejected);
                _replacesRejected = false;
            }
        }

        bool succeeded = reply.Token is not null;
        refreshed?.Invoke(new(provider, reply.Problem, _lastSucceeded != succeeded));
        _lastSucceeded = succeeded;
        return succeeded ? RefreshAfter(reply.Lifetime) : Pause();
    }

    private async ValueTask<TokenReply> RequestAsync()
    {
        using CancellationTokenSource deadline = new(RequestTimeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        try
        {
            TokenRequest request = TokenRequest.Of(options, readSecret());
            (int status, byte[] body) = await post(request.Form, request.Authorization, linked.Token).WaitAsync(linked.Token);
            return TokenReply.Read(status, body);
        }
#pragma warning disable CA1031 // the loop's edge: whatever goes wrong in a try is a failed one
        catch (Exception)
#pragma warning restore CA1031
        {
            return TokenReply.Read(0, []);
        }
    }

    private static TimeSpan RefreshAfter(TimeSpan lifetime)
    {
        TimeSpan after = lifetime * 0.8 > lifetime - RefreshMargin ? lifetime * 0.8 : lifetime - RefreshMargin;
        return after < FirstPause ? FirstPause : after;
    }

    /// <summary>Doubles from a second to a minute; up to half of it is taken off by chance.</summary>
    private TimeSpan Pause()
    {
        TimeSpan pause = FirstPause * Math.Pow(2, Math.Min(_failures - 1, 10));
        return (pause < LongestPause ? pause : LongestPause) * (1 - (random.NextDouble() / 2));
    }

    private async ValueTask SleepAsync(TimeSpan wait, Task wake)
    {
        using CancellationTokenSource woken = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(Task.Delay(wait, time, woken.Token), wake);
        await woken.CancelAsync();
    }

    /// <summary>Under the lock. Whoever asks from now on waits for the try that follows.</summary>
    private void BeginRound()
    {
        _isAsking = true;
        _round = NewSignal();
        _wake.TrySetResult();
    }

    /// <returns>Completes when the next try is wanted earlier than planned.</returns>
    private Task EndRound()
    {
        lock (_lock)
        {
            _isAsking = false;
            _wake = NewSignal();
            _round.TrySetResult();
            return _wake.Task;
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="Credential">What requests carry.</param>
    /// <param name="Since">When it was asked for.</param>
    /// <param name="Until">When it is no longer given out.</param>
    /// <param name="IsReplacement">Whether the one before was rejected.</param>
    private sealed record AccessToken(Credential Credential, long Since, long Until, bool IsReplacement);
}
