using System.Buffers;
using System.Text.Unicode;

namespace Gateway.Streaming.Resume;

/// <summary>The text of a JSON string as UTF-8; rents only when it is written with escapes. For one <c>using</c>.</summary>
internal readonly ref struct DecodedText
{
    private readonly ArrayPool<byte> _pool;
    private readonly byte[]? _rented;

    /// <param name="pool">Where a buffer comes from.</param>
    /// <param name="written">Text between the quotes.</param>
    internal DecodedText(ArrayPool<byte> pool, ReadOnlySpan<byte> written)
    {
        _pool = pool;
        Utf8Text = written;
        bool isWhole = true;
        if (written.Contains((byte)'\\'))
        {
            _rented = pool.Rent(written.Length);
            isWhole = WrittenText.TryDecode(written, _rented, out int length);
            Utf8Text = _rented.AsSpan(0, length);
        }

        IsWhole = isWhole && Utf8.IsValid(Utf8Text);
    }

    internal ReadOnlySpan<byte> Utf8Text { get; }

    /// <summary>False when it holds half a character: half a surrogate pair or half a UTF-8 sequence.</summary>
    internal bool IsWhole { get; }

    public void Dispose()
    {
        if (_rented is not null)
            _pool.Return(_rented);
    }
}
