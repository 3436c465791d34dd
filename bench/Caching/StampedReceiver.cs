using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.Bench.Caching;

/// <summary>
/// Reads from sockets and says when the kernel had the bytes, by its own clock: the reader may sleep meanwhile, and take no processor from what it measures. Bytes that wait in one
/// socket share the stamp of the last of them. Linux on 64 bits.
/// </summary>
internal sealed class StampedReceiver
{
    private const int SocketLevel = 1;
    private const int TimestampNanoseconds = 35;
    private const int HeaderLength = 16;

    private readonly byte[] _data = GC.AllocateArray<byte>(16 << 10, pinned: true);
    private readonly byte[] _control = GC.AllocateArray<byte>(64, pinned: true);
    private readonly IoVector[] _vector = GC.AllocateArray<IoVector>(1, pinned: true);

    /// <summary>To be called before anything arrives.</summary>
    internal static void Enable(Socket socket) => socket.SetRawSocketOption(SocketLevel, TimestampNanoseconds, BitConverter.GetBytes(1));

    /// <summary>Waits for bytes.</summary>
    /// <param name="socket">A blocking one.</param>
    /// <param name="nanoseconds">Since 1970; 0: the kernel says nothing.</param>
    /// <returns>Until the next call; empty at the end of the connection.</returns>
    internal ReadOnlySpan<byte> Receive(Socket socket, out long nanoseconds)
    {
        _vector[0] = new(Marshal.UnsafeAddrOfPinnedArrayElement(_data, 0), (nuint)_data.Length);
        MessageHeader header = new()
        {
            Vectors = Marshal.UnsafeAddrOfPinnedArrayElement(_vector, 0),
            VectorCount = 1,
            Control = Marshal.UnsafeAddrOfPinnedArrayElement(_control, 0),
            ControlLength = (nuint)_control.Length,
        };
        nint bytes = ReceiveMessage((int)socket.Handle, ref header, 0);
        if (bytes < 0)
            throw new SocketException(Marshal.GetLastPInvokeError());
        nanoseconds = Stamp((int)header.ControlLength);
        return _data.AsSpan(0, (int)bytes);
    }

    /// <summary>struct cmsghdr { size_t len; int level; int type; }, then struct timespec.</summary>
    private long Stamp(int length)
    {
        ReadOnlySpan<byte> control = _control.AsSpan(0, length);
        if (length < HeaderLength + 16 || BitConverter.ToInt32(control[8..]) != SocketLevel || BitConverter.ToInt32(control[12..]) != TimestampNanoseconds)
            return 0;
        return (BitConverter.ToInt64(control[HeaderLength..]) * 1_000_000_000) + BitConverter.ToInt64(control[(HeaderLength + 8)..]);
    }

    [DllImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReceiveMessage(int socket, ref MessageHeader header, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct IoVector(nint Base, nuint Length);

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        internal nint Name;
        internal uint NameLength;
        internal nint Vectors;
        internal nuint VectorCount;
        internal nint Control;
        internal nuint ControlLength;
        internal int Flags;
    }
}
