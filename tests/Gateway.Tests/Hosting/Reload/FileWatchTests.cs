using Gateway.Configuration;
using Gateway.Hosting.Reload;
using TestKit.Clocks;
using TestKit.Files;

namespace Gateway.Tests.Hosting.Reload;

/// <summary>When a changed file is taken.</summary>
public sealed class FileWatchTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-watch-").FullName;
    private IReadOnlyList<ConfigurationFile> _files = [];
    private int _changes;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Watch_ContentIsTheSame_SaysNothing() => Task.Run(async () =>
    {
        string file = Write("a", "one");
        await using FileWatch watch = Watch(file);
        File.SetLastWriteTimeUtc(file, DateTimeOffset.UnixEpoch.UtcDateTime);
        await LookAsync();
        await LookAsync();
        Assert.Equal(0, _changes);
    });

    [Fact]
    public Task Watch_FileIsBeingWritten_WaitsUntilItStandsStill() => Task.Run(async () =>
    {
        string file = Write("a", "one");
        await using FileWatch watch = Watch(file);
        Write("a", "t");
        await LookAsync();
        await SettleAsync(() => Write("a", "tw"));
        await SettleAsync(() => Write("a", "two"));
        Assert.Equal(0, _changes);
        await SettleAsync();
        await _clock.SleepsAsync(FileWatch.Interval);
        Assert.Equal(1, _changes);
    });

    [Fact]
    public Task Watch_ChangeIsTakenBack_SaysNothing() => Task.Run(async () =>
    {
        string file = Write("a", "one");
        await using FileWatch watch = Watch(file);
        Write("a", "two");
        await LookAsync();
        await SettleAsync(() => Write("a", "one"));
        await SettleAsync();
        await _clock.SleepsAsync(FileWatch.Interval);
        Assert.Equal(0, _changes);
    });

    [Fact]
    public Task Watch_LinkedFolderIsSwapped_IsAChange() => Task.Run(async () =>
    {
        using LinkedFolder folder = new(("gateway.yaml", "one"));
        await using FileWatch watch = Watch(folder.PathOf("gateway.yaml"));
        await LookAsync();
        folder.Swap(("gateway.yaml", "two"));
        await LookAsync();
        await SettleAsync();
        await _clock.SleepsAsync(FileWatch.Interval);
        Assert.Equal(1, _changes);
    });

    [Fact]
    public Task Watch_FileGoesAndComesBack_IsAChangeAsLongAsItDiffers() => Task.Run(async () =>
    {
        string file = Write("a", "one");
        await using FileWatch watch = Watch(file);
        File.Delete(file);
        await LookAsync();
        await SettleAsync();
        await _clock.SleepsAsync(FileWatch.Interval);
        Assert.Equal(1, _changes);
        _files = [new(file, "")];
        await LookAsync();
        Assert.Equal(1, _changes);
        Write("a", "one");
        await LookAsync();
        await SettleAsync();
        await _clock.SleepsAsync(FileWatch.Interval);
        Assert.Equal(2, _changes);
    });

    [Theory]
    [InlineData("/dev/stdin", false)]
    [InlineData("/dev/fd/63", false)]
    [InlineData("/proc/self/fd/0", false)]
    [InlineData("/etc/gateway.yaml", true)]
    [InlineData("gateway.yaml", true)]
    public void IsWatched_OnlyWhatCanBeReadAgain(string path, bool watched) => Assert.Equal(watched, FileContent.IsWatched(path));

    [Fact]
    public void DigestOf_File_IsTheLoadersAlsoOfLargeOnes()
    {
        string file = Path.Combine(_folder, "large");
        byte[] content = new byte[ConfigurationLoader.LargestFile + 1];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(file, content);
        Assert.Equal(ConfigurationFile.DigestOf(content), FileContent.DigestOf(file));
        Assert.Equal("", FileContent.DigestOf(_folder));
        Assert.Equal("", FileContent.DigestOf(Path.Combine(_folder, "none")));
    }

    private FileWatch Watch(string file)
    {
        _files = [new(file, FileContent.DigestOf(file))];
        return new(() => _files, FileContent.DigestOf, () =>
        {
            _changes++;
            return Task.CompletedTask;
        }, _clock);
    }

    private async Task LookAsync()
    {
        await _clock.SleepsAsync(FileWatch.Interval);
        _clock.Advance(FileWatch.Interval);
    }

    private async Task SettleAsync(Action? before = null)
    {
        await _clock.SleepsAsync(FileWatch.Settling);
        before?.Invoke();
        _clock.Advance(FileWatch.Settling);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
