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
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Rented(RentedBuffers.Pool.Rent(Math.Max(minBufferSize, Block)));

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Rented(byte[] array) : IMemoryOwner<byte>
    {
        private byte[]? _array = array;

        public Memory<byte> Memory => _array ?? throw new ObjectDisposedException(nameof(ConnectionMemory));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is { } array)
                RentedBuffers.Pool.Return(array);
        }
    }
}
