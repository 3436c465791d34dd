using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;

namespace Gateway.Tests.Upstream.Http1;

/// <summary>Delivers given segments, each behind one wait, then the end; takes whatever is sent.</summary>
internal sealed class SegmentTransport(params byte[][] segments) : IUpstreamTransport
{
    private readonly Queue<byte[]> _waiting = new(segments);
    private byte[] _current = [];
    private bool _ended;

    public ValueTask WaitAsync()
    {
        if (_current.Length == 0)
        {
            _ended = !_waiting.TryDequeue(out byte[]? next);
            _current = next ?? [];
        }
        return ValueTask.CompletedTask;
    }

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = Math.Min(destination.Length, _current.Length);
        _current.AsSpan(0, bytes).CopyTo(destination);
        _current = _current[bytes..];
        return bytes > 0 ? ReadStatus.Data : _ended ? ReadStatus.End : ReadStatus.Blocked;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public bool HasStirred => false;

    public bool IsQuiet() => true;

    public void Abort()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>Every cut into two, then single bytes.</summary>
    internal static IEnumerable<byte[][]> Splits(byte[] whole)
    {
        for (int i = 1; i < whole.Length; i++)
        {
            yield return [whole[..i], whole[i..]];
        }
        yield return [.. whole.Select(one => new[] { one })];
    }
}
