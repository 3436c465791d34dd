using System.Buffers;

namespace Gateway.Streaming;

/// <summary>
/// The process's shared pool with a count of what is rented. A gateway with nothing to do has rented nothing; <c>/admin/status</c> shows the count and
/// the chaos run holds it. One interlocked addition per rental and return: a request makes about ten, a flush to the client one.
/// </summary>
public sealed class RentedBuffers : ArrayPool<byte>
{
    private long _outstanding;

    private RentedBuffers()
    {
    }

    /// <summary>The one pool of the gateway's own buffers.</summary>
    public static RentedBuffers Pool { get; } = new();

    /// <summary>Arrays that were rented and not returned yet.</summary>
    public long Outstanding => Interlocked.Read(ref _outstanding);

    /// <inheritdoc />
    public override byte[] Rent(int minimumLength)
    {
        Interlocked.Increment(ref _outstanding);
        return Shared.Rent(minimumLength);
    }

    /// <inheritdoc />
    public override void Return(byte[] array, bool clearArray = false)
    {
        Interlocked.Decrement(ref _outstanding);
        Shared.Return(array, clearArray);
    }
}
