using System.Threading.Channels;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Streams whose first part is said at once and whose rest is held until the test lets it go, or the gateway closes.</summary>
/// <param name="first">Events said at once; empty: not even the head of the answer.</param>
/// <param name="rest">The others; null: a cut instead.</param>
internal sealed class HeldStream(string first, string? rest)
{
    // What the gateway would send next here is not read as a request.
    private static readonly string Head = Chat.StreamHead.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<string> _arrived = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Role and "one" at once, "two" and the end when it is let go.</summary>
    public static HeldStream OneThenTwo() => new(Chat.Role + Chat.Content("one"), Chat.Content("two") + Chat.Finish + Answers.Usage + Chat.Done);

    public static HeldStream OneThenCut() => new(Chat.Role + Chat.Content("one"), null);

    /// <summary>Nothing, and then "one" and "two".</summary>
    public static HeldStream SilenceThenAll() => new("", Chat.Role + Chat.Content("one") + Chat.Content("two") + Chat.Finish + Answers.Usage + Chat.Done);

    /// <summary>The script.</summary>
    public async Task HoldAsync(UpstreamConnection connection, string request)
    {
        if (first.Length > 0)
            await connection.WriteAsync(Head + Play.Chunk(first));
        _arrived.Writer.TryWrite(request);
        Task closed = connection.ClosedAsync();
        await Task.WhenAny(closed, _released.Task);
        if (closed.IsCompleted)
        {
            _closed.TrySetResult();
            return;
        }

        if (rest is not null)
            await connection.WriteAsync((first.Length > 0 ? "" : Head) + Play.Chunk(rest) + Chat.End);
        connection.End();
    }

    public void Release() => _released.TrySetResult();

    public async Task ArrivedAsync() => await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience, TimeProvider.System);

    /// <summary>The gateway has closed the upstream's connection before the rest was let go.</summary>
    public Task ClosedAsync() => _closed.Task.WaitAsync(Patience, TimeProvider.System);
}
