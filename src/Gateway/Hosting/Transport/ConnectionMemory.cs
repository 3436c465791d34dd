using System.Buffers;
using Gateway.Streaming;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Hosting.Transport;

/// <summary>
/// What Kestrel rents from a connection's transport: for what is written before the headers are. The platform's shared pool would not do: asked for memory of no
/// particular size, which is what a writer asks for, it gives none.
/// </summary>
internal sealed class ConnectionMemory : MemoryPool<byte>, IMemoryPoolFeature
{
    internal static readonly ConnectionMemory Pool = new();

    private const int Block = 4 << 10;

    public override int MaxBufferSize => Array.MaxLength;

    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => this;

    /// <param name="minBufferSize">-1: any.</param>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Rented.Of(RentedBuffers.Pool.Rent(Math.Max(minBufferSize, Block)));

    protected override void Dispose(bool disposing)
    {
    }

    /// <summary>Under TLS there is one for each flush, so the last one that was given back on a thread is the next one there. Given back twice, it may be somebody else's.</summary>
    private sealed class Rented : IMemoryOwner<byte>
    {
        [ThreadStatic]
        private static Rented? _spare;

        private byte[]? _array;

        public Memory<byte> Memory => _array ?? throw new ObjectDisposedException(nameof(ConnectionMemory));

        internal static Rented Of(byte[] array)
        {
            Rented rented = _spare ?? new();
            _spare = null;
            rented._array = array;
            return rented;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is not { } array)
                return;
            RentedBuffers.Pool.Return(array);
            _spare = this;
        }
    }
}
