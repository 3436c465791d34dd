using Gateway.Sockets;
using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

public sealed class StreamByteSourceTests
{
    [Fact]
    public async Task Wait_StreamThatNeverRunsEmpty_LetsOthersHaveTheThreadEachTurn()
    {
        byte[] data = SocketPairs.Numbered((3 * SocketThreads.LongTurn) + 1);
        using StreamByteSource source = new(new MemoryStream(data));
        CountingContext context = new();
        byte[] received = new byte[data.Length];
        int at = 0;
        ReadStatus status;
        do
        {
            await context.Run(() => source.WaitAsync().AsTask()).OrFail("the turn did not come back");
            while ((status = source.Read(received.AsSpan(at), out int bytes)) == ReadStatus.Data && at + bytes < data.Length)
                at += bytes;
        }
        while (status == ReadStatus.Blocked);

        Assert.Equal(ReadStatus.Data, status);
        Assert.Equal(data, received);
        Assert.Equal(3, context.Posts);
    }
}
