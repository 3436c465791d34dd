using Gateway.Load.Run;

namespace Gateway.Load.Tests.Run;

public sealed class ProcessUsageTests
{
    [Fact]
    public void Parse_NameWithParenthesisAndBlank_FindsTheTimesBehindIt()
    {
        ProcessUsage usage = ProcessUsage.Parse(
            "12 (a) b) S 1 12 12 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 4 0 100 1000 200", ["Name:\ta", "VmHWM:\t    2048 kB", "VmRSS:\t    1024 kB"]);

        Assert.Equal(new ProcessUsage(3, 1024 * 1024, 2048 * 1024), usage);
    }

    [Fact]
    public void Read_NoSuchProcess_IsNone() => Assert.Null(ProcessUsage.Read(int.MaxValue));
}
