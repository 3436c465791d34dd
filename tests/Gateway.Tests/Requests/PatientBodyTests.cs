using System.IO.Pipelines;
using Gateway.Requests;
using Microsoft.AspNetCore.Http;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Requests;

public sealed class PatientBodyTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Pipe _pipe = new(new(useSynchronizationContext: false));

    [Fact]
    public async Task ReadAsync_NothingComes_Is408()
    {
        PatientBody body = new(_pipe.Reader, _time);
        Task<ReadResult> read = body.ReadAsync(CancellationToken.None).AsTask();
        _time.Advance(PatientBody.Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        BadHttpRequestException thrown = await Assert.ThrowsAsync<BadHttpRequestException>(() => read.OrFail("still waits"));
        Assert.Equal(408, thrown.StatusCode);
        Assert.Equal(0, _time.Armed);
    }

    [Fact]
    public async Task ReadAsync_MuchCameBefore_CountsEachSilenceByItself()
    {
        PatientBody body = new(_pipe.Reader, _time);
        for (int i = 0; i < 4; i++)
        {
            Task<ReadResult> read = body.ReadAsync(CancellationToken.None).AsTask();
            _time.Advance(PatientBody.Patience - TimeSpan.FromSeconds(1));
            await _pipe.Writer.WriteAsync(new byte[1000]);
            ReadResult result = await read.OrFail("does not read");
            Assert.Equal(1000, result.Buffer.Length);
            body.AdvanceTo(result.Buffer.End);
        }

        Task<ReadResult> last = body.ReadAsync(CancellationToken.None).AsTask();
        _time.Advance(PatientBody.Patience);
        await Assert.ThrowsAsync<BadHttpRequestException>(() => last.OrFail("still waits"));
    }

    [Fact]
    public async Task ReadAsync_CancelledByAnother_IsNoSilence()
    {
        PatientBody body = new(_pipe.Reader, _time);
        Task<ReadResult> read = body.ReadAsync(CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        body.CancelPendingRead();
        Assert.True((await read.OrFail("was not cancelled")).IsCanceled);
    }

    [Fact]
    public async Task ReadAsync_TheBodyIsThere_SetsNoTimer()
    {
        await _pipe.Writer.WriteAsync(new byte[10]);
        await _pipe.Writer.CompleteAsync();
        ReadResult result = await PatientBody.ReadAsync(_pipe.Reader, _time);
        Assert.True(result.IsCompleted);
        Assert.Equal(0, _time.Armed);
        _pipe.Reader.AdvanceTo(result.Buffer.End);
    }
}
