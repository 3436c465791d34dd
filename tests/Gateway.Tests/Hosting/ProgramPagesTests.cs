using Gateway.Hosting;

namespace Gateway.Tests.Hosting;

public sealed class ProgramPagesTests
{
    [Theory]
    [InlineData("55d0c0000000-55d0c0200000 r-xp 00001000 fe:00 1234                       /usr/bin/gateway", 0x55d0c0000000, 0x55d0c0200000)]
    [InlineData("7f0000001000-7f0000002000 r--p 00000000 fe:00 99                         /lib/libc.so.6", 0x7f0000001000, 0x7f0000002000)]
    [InlineData("55d0c0000000-55d0c0200000 rw-p 00001000 fe:00 1234                       /usr/bin/gateway", 0, 0)]
    [InlineData("7ffd5a7f0000-7ffd5a811000 r-xp 00000000 00:00 0                          [vdso]", 0, 0)]
    [InlineData("7ffd5a7f0000-7ffd5a811000 r--p 00000000 00:00 0", 0, 0)]
    public void ProgramText_Mapping_IsAFileThatNobodyWritesTo(string line, long start, long end) =>
        Assert.Equal(((nuint)start, (nuint)end), ProgramPages.ProgramText(line));
}
