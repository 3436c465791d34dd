using System.Text;

namespace Gateway.Tests.Telemetry;

/// <summary>A standard output that can stall behind a gate or break.</summary>
internal sealed class LogOutput : MemoryStream
{
    private readonly ManualResetEventSlim _gate = new(true);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal bool Broken { get; init; }

    /// <summary>Completes when the first write has begun.</summary>
    internal Task Entered => _entered.Task;

    internal int Writes { get; private set; }

    internal string Text => Encoding.UTF8.GetString(ToArray());

    internal new void Close() => _gate.Reset();

    internal void Open() => _gate.Set();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Writes++;
        _entered.TrySetResult();
        _gate.Wait();
        if (Broken)
            throw new IOException("closed");
        base.Write(buffer);
    }
}
