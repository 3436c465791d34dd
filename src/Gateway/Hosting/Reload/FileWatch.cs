using Gateway.Configuration;

namespace Gateway.Hosting.Reload;

/// <summary>
/// Looks every second whether a file of the configuration has another content: also behind a symbolic link that was swapped, as Kubernetes does it with
/// ConfigMaps and Secrets. A change counts once two looks in a row saw the same, so that a file that is being written is not read half.
/// </summary>
internal sealed class FileWatch : IAsyncDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private readonly Func<IReadOnlyList<ConfigurationFile>> _files;
    private readonly Func<string, string> _digestOf;
    private readonly Func<Task> _changed;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="files">Those of the last load, with what it read.</param>
    /// <param name="digestOf">A file's content now: <see cref="FileContent.DigestOf"/>.</param>
    /// <param name="changed">Loads them again. Does not throw.</param>
    /// <param name="time">The clock.</param>
    internal FileWatch(Func<IReadOnlyList<ConfigurationFile>> files, Func<string, string> digestOf, Func<Task> changed, TimeProvider time)
    {
        _files = files;
        _digestOf = digestOf;
        _changed = changed;
        _time = time;
        _loop = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (await WaitAsync(Interval))
        {
            if (!HasChanged() || !await SettleAsync() || !HasChanged())
                continue;
            await _changed();
        }
    }

    private bool HasChanged() => Watched().Any(file => _digestOf(file.Path) != file.Digest);

    /// <returns>False when the watch was ended.</returns>
    private async Task<bool> SettleAsync()
    {
        string seen = Contents();
        while (await WaitAsync(Settling))
        {
            string now = Contents();
            if (now == seen)
                return true;
            seen = now;
        }

        return false;
    }

    private string Contents() => string.Join(' ', Watched().Select(file => _digestOf(file.Path)));

    private IEnumerable<ConfigurationFile> Watched() => _files().Where(file => FileContent.IsWatched(file.Path));

    private async Task<bool> WaitAsync(TimeSpan wait)
    {
        await Task.Delay(wait, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stop.IsCancellationRequested;
    }
}
