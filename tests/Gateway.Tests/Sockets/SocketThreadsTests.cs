using Gateway.Sockets;

namespace Gateway.Tests.Sockets;

public sealed class SocketThreadsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(64, 32)]
    public void CountFor_Processors_IsHalfOfThemAndAtLeastOne(int processors, int threads) => Assert.Equal(threads, SocketThreads.CountFor(processors));
}
