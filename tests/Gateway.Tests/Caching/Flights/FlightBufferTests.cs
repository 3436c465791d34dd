using System.IO.Pipelines;
using System.Text;
using Gateway.Caching.Flights;
using Gateway.Failures;
using Gateway.Streaming.Sources;

namespace Gateway.Tests.Caching.Flights;

public sealed class FlightBufferTests
{
    private const long MaxLag = 1000;

    private readonly FlightBuffer _buffer = new(MaxLag);

    [Fact]
    public void Read_NothingFlushed_Blocked()
    {
        FlightReader reader = _buffer.TryRead()!;
        Write("abc", flush: false);

        Assert.Equal((ReadStatus.Blocked, ""), Read(reader));
    }

    [Fact]
    public void IsDrained_WhileThereIsNothingToFind_IsTrue()
    {
        FlightReader reader = _buffer.TryRead()!;
        Assert.True(reader.IsDrained);
        Write("abc");
        Read(reader, 2);
        Assert.False(reader.IsDrained);
        Read(reader);
        Assert.True(reader.IsDrained);
        _buffer.End(null);
        Assert.False(reader.IsDrained);
    }

    [Fact]
    public void Read_AfterFlush_EveryReaderHasItAll()
    {
        FlightReader early = _buffer.TryRead()!;
        Write("abc");
        FlightReader late = _buffer.TryRead()!;
        Write("def");

        Assert.Equal((ReadStatus.Data, "abcdef"), Read(early));
        Assert.Equal((ReadStatus.Data, "abcdef"), Read(late));
        Assert.Equal((ReadStatus.Blocked, ""), Read(late));
    }

    /// <summary>Who has read the end asks again at once, and is to find the answer kept: it is before the flight ends.</summary>
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Read_EndOfTheStreamFlushed_IsNotShownBeforeTheEnd(string lineEnd)
    {
        FlightReader reader = _buffer.TryRead()!;
        string content = $"data: 1{lineEnd}{lineEnd}data: ";
        string done = $"[DONE]{lineEnd}{lineEnd}";
        Write(content + done);
        Assert.Equal((ReadStatus.Data, content), Read(reader));
        Assert.Equal((ReadStatus.Blocked, ""), Read(reader));
        Assert.Equal((ReadStatus.Data, content), Read(_buffer.TryRead()!));

        Assert.Equal(content + done, Encoding.ASCII.GetString(_buffer.ToArray()!));
        _buffer.End(null);
        Assert.Equal((ReadStatus.Data, done), Read(reader));
        Assert.Equal(ReadStatus.End, Read(reader).Status);
    }

    [Fact]
    public void Read_SomethingBehindWhatLookedLikeTheEnd_IsShown()
    {
        FlightReader reader = _buffer.TryRead()!;
        Write(": [DONE]\n\n");
        Write("data: 1\n\n");

        Assert.Equal((ReadStatus.Data, ": [DONE]\n\ndata: 1\n\n"), Read(reader));
    }

    [Fact]
    public void Read_PiecesOfAnySize_AreTheAnswer()
    {
        FlightBuffer buffer = new(1 << 20);
        FlightReader reader = buffer.TryRead()!;
        Random random = new(1);
        StringBuilder written = new();
        StringBuilder read = new();
        for (int i = 0; i < 2000; i++)
        {
            string piece = new((char)('a' + (i % 26)), random.Next(1, 300));
            written.Append(piece);
            Write(piece, buffer: buffer, flush: random.Next(3) == 0);
            for (int reads = random.Next(3); reads > 0; reads--)
                read.Append(Read(reader, random.Next(1, 900)).Text);
        }

        buffer.End(null);
        while (Read(reader, random.Next(1, 900)) is { Status: ReadStatus.Data, Text: var text })
            read.Append(text);
        Assert.Equal(written.ToString(), read.ToString());
        Assert.Equal(ReadStatus.End, Read(reader).Status);
        Assert.Equal(written.ToString(), Encoding.ASCII.GetString(buffer.ToArray()!));
    }

    [Fact]
    public async Task WaitAsync_FlushOrEnd_Completes()
    {
        FlightReader reader = _buffer.TryRead()!;
        Task wait = reader.WaitAsync().AsTask();
        Assert.False(wait.IsCompleted);
        Write("a");
        await wait.WaitAsync(TimeSpan.FromSeconds(5));
        Read(reader);

        wait = reader.WaitAsync().AsTask();
        Assert.False(wait.IsCompleted);
        _buffer.End(null);
        await wait.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(ReadStatus.End, Read(reader).Status);
    }

    [Fact]
    public async Task WaitAsync_ReaderLeaves_Completes()
    {
        FlightReader reader = _buffer.TryRead()!;
        Task wait = reader.WaitAsync().AsTask();
        reader.Dispose();

        await wait.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(ReadStatus.Broken, Read(reader).Status);
    }

    [Fact]
    public void End_WithFailure_BytesThenBroken()
    {
        FlightReader reader = _buffer.TryRead()!;
        Write("abc");
        _buffer.End(new Failure(FailureCode.Incomplete, "cut"));

        Assert.Equal((ReadStatus.Data, "abc"), Read(reader));
        Assert.Equal(ReadStatus.Broken, Read(reader).Status);
        Assert.Equal(FailureCode.Incomplete, _buffer.Failure!.Code);
        Assert.Null(_buffer.ToArray());
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void TryRead_LongAnswer_OnlyWhileItIsHeldWhole(int length, bool isHeld)
    {
        using FlightReader first = _buffer.TryRead()!;
        Write(new string('x', length));

        Assert.Equal(isHeld, _buffer.TryRead() is not null);
        _buffer.End(null);
        Assert.Equal(isHeld, _buffer.ToArray() is not null);
    }

    [Fact]
    public async Task FlushAsync_SlowestReaderTooFarBehind_WaitsForIt()
    {
        FlightReader fast = _buffer.TryRead()!;
        FlightReader slow = _buffer.TryRead()!;
        Assert.True(FlushAsync(new string('x', 1000)).IsCompleted);
        Task blocked = FlushAsync("y");
        Assert.False(blocked.IsCompleted);

        Read(fast, 5000);
        Assert.False(blocked.IsCompleted);
        Read(slow, 1);
        await blocked.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task FlushAsync_SlowReaderLeaves_GoesOn()
    {
        FlightReader slow = _buffer.TryRead()!;
        Task blocked = FlushAsync(new string('x', 1001));
        Assert.False(blocked.IsCompleted);
        slow.Dispose();

        await blocked.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void FlushAsync_LongAnswer_HoldsNoMoreThanTheLag()
    {
        FlightBuffer buffer = new(10_000);
        FlightReader reader = buffer.TryRead()!;
        Write(new string('x', 10_001), buffer);
        WeakReference first = FirstRead(reader);
        for (int i = 0; i < 200; i++)
        {
            Write(new string('x', 1000), buffer);
            Read(reader, 1000);
        }

        GC.Collect();
        Assert.False(first.IsAlive);
        GC.KeepAlive(reader);
    }

    [Fact]
    public async Task Read_ManyReadersAtOnce_EachHasItAll()
    {
        FlightBuffer buffer = new(1 << 20);
        Task<string>[] readers = [.. Enumerable.Range(0, 32).Select(_ => Task.Run(() => ReadToEndAsync(buffer.TryRead()!)))];
        StringBuilder written = new();
        for (int i = 0; i < 5000; i++)
        {
            written.Append(i);
            Write(i.ToString(System.Globalization.CultureInfo.InvariantCulture), buffer);
        }

        buffer.End(null);
        foreach (string read in await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(5)))
            Assert.Equal(written.ToString(), read);
    }

    /// <summary>A reader that is busy, for whatever reason, holds up none behind it.</summary>
    [Fact]
    public async Task FlushAsync_OneReaderIsBusy_TheOthersGoOn()
    {
        FlightBuffer buffer = new(MaxLag, threads: 2);
        using CountdownEvent others = new(199);
        Task<bool> busy = RunAsync(buffer.TryRead()!, () => others.Wait(TimeSpan.FromSeconds(5), CancellationToken.None));
        for (int i = 0; i < 199; i++)
            _ = RunAsync(buffer.TryRead()!, others.Signal);

        Write("a", buffer);
        Assert.True(await busy.WaitAsync(TimeSpan.FromSeconds(10)));

        static async Task<bool> RunAsync(FlightReader reader, Func<bool> act)
        {
            await reader.WaitAsync().ConfigureAwait(false);
            return act();
        }
    }

    [Fact]
    public async Task FlushAsync_ReadersWait_CostsNoMemory()
    {
        const int Rounds = 200;
        FlightBuffer buffer = new(1 << 20, threads: 2);
        FlightReader[] readers = [.. Enumerable.Range(0, 100).Select(_ => buffer.TryRead()!)];
        Task[] reading = [.. readers.Select(reader => Task.Run(() => ReadToEndAsync(reader)))];
        long allocated = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            Put("a", buffer);
            long before = GC.GetAllocatedBytesForCurrentThread();
            await buffer.FlushAsync();
            // The first rounds make the pool's own queues.
            allocated += round <= 20 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            int position = round;
            Assert.True(SpinWait.SpinUntil(() => Array.TrueForAll(readers, reader => reader.Position == position), TimeSpan.FromSeconds(5)));
        }

        buffer.End(null);
        await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(5));
        // Not a byte for each wake.
        Assert.InRange(allocated, 0, (Rounds - 20) * readers.Length / 2);
    }

    private static async Task<string> ReadToEndAsync(FlightReader reader)
    {
        StringBuilder all = new();
        while (true)
        {
            (ReadStatus status, string text) = Read(reader, 100);
            all.Append(text);
            if (status == ReadStatus.Blocked)
                await reader.WaitAsync();
            if (status is ReadStatus.End or ReadStatus.Broken)
                return all.ToString();
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference FirstRead(FlightReader reader)
    {
        Read(reader, 4000);
        // The reader's own segment is the oldest that anybody holds.
        return new(typeof(FlightReader).GetField("_segment", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(reader));
    }

    private static (ReadStatus Status, string Text) Read(FlightReader reader, int size = 100)
    {
        byte[] bytes = new byte[size];
        ReadStatus status = reader.Read(bytes, out int count);
        return (status, Encoding.ASCII.GetString(bytes, 0, count));
    }

    private void Write(string text, FlightBuffer? buffer = null, bool flush = true)
    {
        if (flush)
            _ = FlushAsync(text, buffer);
        else
            Put(text, buffer ?? _buffer);
    }

    private Task<FlushResult> FlushAsync(string text, FlightBuffer? buffer = null)
    {
        Put(text, buffer ?? _buffer);
        return (buffer ?? _buffer).FlushAsync().AsTask();
    }

    private static void Put(string text, FlightBuffer buffer) => buffer.Advance(Encoding.ASCII.GetBytes(text, buffer.GetSpan(text.Length)));
}
