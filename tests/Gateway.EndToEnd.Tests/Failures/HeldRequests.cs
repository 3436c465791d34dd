using System.Threading.Channels;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Requests that a replica holds, after the bytes it may say first, until the gateway closes or the test lets them go.</summary>
/// <param name="says">Sent at once; may be empty.</param>
internal sealed class HeldRequests(string says = "")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<string> _arrived = Channel.CreateUnbounded<string>();
    private readonly Channel<long> _closed = Channel.CreateUnbounded<long>();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The script.</summary>
    public async Task HoldAsync(UpstreamConnection connection, string request)
    {
        if (says.Length > 0)
            await connection.WriteAsync(says);
        _arrived.Writer.TryWrite(request);
        Task closed = connection.ClosedAsync();
        await Task.WhenAny(closed, _released.Task);
        if (closed.IsCompleted)
            _closed.Writer.TryWrite(TimeProvider.System.GetTimestamp());
        else
            await Play.Answer(connection, request);
    }

    /// <summary>All are answered, now and from now on. The connection is read by then: it serves no further request.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Waits for the next request to have come.</summary>
    public async Task ArrivedAsync() => await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience, TimeProvider.System);

    /// <summary>Waits for the gateway to have closed the next connection; a timestamp.</summary>
    public async Task<long> ClosedAsync() => await _closed.Reader.ReadAsync().AsTask().WaitAsync(Patience, TimeProvider.System);
}
