using System.Text.Json;
using Gateway.Streaming;
using Gateway.Streaming.Answers;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Usage;

namespace Gateway.Upstream;

/// <summary>A whole response body in a pooled buffer: a cut or invalid answer is known before anything reaches the client.</summary>
internal sealed class UnaryBody : IDisposable
{
    /// <summary>Longest body that is kept, in bytes; an answer beyond it is refused.</summary>
    internal const int MaxLength = 256 << 20;

    private byte[] _bytes = [];
    private int _length;

    internal ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>An answer that is there already; copied.</summary>
    internal static UnaryBody Of(ReadOnlySpan<byte> bytes)
    {
        UnaryBody body = new();
        body.Grow(bytes.Length);
        bytes.CopyTo(body._bytes);
        body._length = bytes.Length;
        return body;
    }

    /// <summary>Reads to the end of the body.</summary>
    /// <param name="source">The body.</param>
    /// <param name="declared">Its Content-Length, if there is one.</param>
    /// <param name="limit">Longest body to take, in bytes.</param>
    /// <returns>False when it was cut, badly framed or over the limit.</returns>
    internal async ValueTask<bool> ReadAsync(IByteSource source, long? declared, int limit)
    {
        if (declared > limit)
            return false;
        Grow((int)(declared ?? 0) + 1);
        while (true)
        {
            ReadStatus status = source.Read(_bytes.AsSpan(_length), out int bytes);
            _length += bytes;
            if (_length > limit)
                return false;
            switch (status)
            {
                case ReadStatus.End:
                    return true;
                case ReadStatus.Broken:
                    return false;
                case ReadStatus.Blocked:
                    await source.WaitAsync();
                    break;
                default:
                    Grow(_length + 1);
                    break;
            }
        }
    }

    /// <summary>What the answer's <c>usage</c> says; null when it says nothing.</summary>
    internal TokenUsage? Usage { get; private set; }

    /// <summary>Checks that the body is one JSON object and finds its usage; false when it is not.</summary>
    internal bool TryParse()
    {
        Utf8JsonReader reader = new(Memory.Span, AnswerJson.Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isUsage = reader.ValueTextEquals("usage"u8);
                reader.Read();
                if (isUsage && reader.TokenType == JsonTokenType.StartObject)
                    Usage = UsageReader.Read(ref reader);
                else
                    reader.Skip();
            }

            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter for a name with half of a surrogate pair, which is no text that could be compared.
            return false;
        }
    }

    public void Dispose()
    {
        _length = 0;
        if (_bytes.Length == 0)
            return;
        RentedBuffers.Pool.Return(_bytes);
        _bytes = [];
    }

    private void Grow(int needed)
    {
        if (needed <= _bytes.Length)
            return;
        byte[] larger = RentedBuffers.Pool.Rent(Math.Max(needed, Math.Max(2 << 10, _bytes.Length * 2)));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        if (_bytes.Length > 0)
            RentedBuffers.Pool.Return(_bytes);
        _bytes = larger;
    }
}
