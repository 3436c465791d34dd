using Gateway.Hosting;

namespace Gateway.Tests.Hosting;

public sealed class OpenFilesTests
{
    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 480)]
    [InlineData("Max open files            64                   64                   files     ", 1)]
    [InlineData("Max open files            1073741816           1073741816           files     ", 536870876)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             1024                 1024                 processes ", null)]
    public void ConnectionsAllowed_Limits_LeaveAFileForEachUpstreamConnection(string line, int? expected) =>
        Assert.Equal(expected, OpenFiles.ConnectionsAllowed(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    [Fact]
    public void ConnectionsAllowed_OfThisProcess_IsKnown() => Assert.True(OpenFiles.ConnectionsAllowed() > 0);
}
