using System.Runtime.CompilerServices;

namespace TestKit.Sockets;

/// <summary>Awaits that end in a message with the caller's line instead of hanging the run.</summary>
public static class Waiting
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static async Task<T> OrFail<T>(this Task<T> task, string what, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        try
        {
            return await task.WaitAsync(Limit, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{what} ({Path.GetFileName(file)}:{line})", e);
        }
    }

    public static async Task OrFail(this Task task, string what, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        try
        {
            await task.WaitAsync(Limit, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{what} ({Path.GetFileName(file)}:{line})", e);
        }
    }

    public static Task<T> OrFail<T>(this ValueTask<T> task, string what, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => task.AsTask().OrFail(what, file, line);

    /// <summary>Until the token is cancelled.</summary>
    public static async Task Happens(this CancellationToken token, string what, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        TaskCompletionSource happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (token.UnsafeRegister(static source => ((TaskCompletionSource)source!).SetResult(), happened))
            await happened.Task.OrFail(what, file, line);
    }
}
