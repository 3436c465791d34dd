using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>A stream that says "one" at once and, when the test lets it go, more than sockets and gateway can hold.</summary>
internal sealed class HeldBlocks
{
    public const int Count = 512;

    private const int Length = 64 << 10;

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sent;

    /// <summary>Blocks that the gateway has taken so far.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>All that a client gets.</summary>
    public static string Expected => Chat.Role + Chat.Content("one") + string.Concat(Enumerable.Range(0, Count).Select(i => Chat.Content(Text(i)))) + Chat.Finish + Chat.Done;

    /// <summary>The script.</summary>
    public async Task SayAsync(UpstreamConnection connection, string request)
    {
        await connection.WriteAsync(Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content("one")));
        await _released.Task;
        for (int i = 0; i < Count; i++)
        {
            await connection.ChunkAsync(Chat.Content(Text(i)));
            Interlocked.Increment(ref _sent);
        }

        await connection.WriteAsync(Play.Chunk(Chat.Finish + Chat.Done) + Chat.End);
    }

    /// <summary>Lets it go until the upstream cannot send for a while, or the client has read all. A machine that is merely busy is taken for that at worst.</summary>
    public async Task ReleaseUntilHeldBackAsync(Task reading)
    {
        _released.SetResult();
        int before = -1;
        while (!reading.IsCompleted && (Sent == 0 || Sent != before))
        {
            before = Sent;
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System));
        }
    }

    private static string Text(int number) => $"{number:0000}" + new string('x', Length);
}
