using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gateway.Sockets;

/// <summary>epoll(7), edge-triggered. Lives as long as the process.</summary>
internal sealed class Epoll
{
    /// <summary>Events taken with one system call at most.</summary>
    internal const int Batch = 256;

    private const int CloseOnExec = 0x80000;
    private const int Add = 1;
    private const int InterruptedCall = 4;

    private const uint Readable = 0x1;
    private const uint Writable = 0x4;
    private const uint Error = 0x8;
    private const uint HangUp = 0x10;
    private const uint PeerClosed = 0x2000;
    private const uint EdgeTriggered = 1u << 31;

    // struct epoll_event is packed on x86-64 and nowhere else.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventBytes = DataOffset + 8;

    private readonly int _handle = Create(CloseOnExec);
    private readonly byte[] _events = GC.AllocateUninitializedArray<byte>(Batch * EventBytes, pinned: true);

    /// <exception cref="Win32Exception">The system gives none.</exception>
    internal Epoll()
    {
        if (_handle < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Watches a socket until it is closed.</summary>
    /// <param name="socket">Connected, or connecting.</param>
    /// <param name="id">Comes back with its events.</param>
    /// <exception cref="Win32Exception">Out of memory or watches.</exception>
    internal void Watch(SafeHandle socket, long id)
    {
        Span<byte> interest = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(interest, Readable | Writable | PeerClosed | EdgeTriggered);
        BinaryPrimitives.WriteInt64LittleEndian(interest[DataOffset..], id);
        if (Control(_handle, Add, socket, ref MemoryMarshal.GetReference(interest)) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits for events.</summary>
    /// <returns>How many there are; each is read by its index.</returns>
    internal int Wait()
    {
        int count = Wait(_handle, ref _events[0], Batch, timeout: -1);
        if (count < 0 && Marshal.GetLastPInvokeError() != InterruptedCall)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return Math.Max(0, count);
    }

    /// <summary>Whose event it is.</summary>
    internal long IdOf(int index) => BinaryPrimitives.ReadInt64LittleEndian(One(index)[DataOffset..]);

    /// <summary>The socket takes bytes again.</summary>
    internal bool IsWritable(int index) => (Events(index) & Writable) != 0;

    /// <summary>The peer has closed its side, or the connection broke: there is an end to read.</summary>
    internal bool HasEnded(int index) => (Events(index) & (Error | HangUp | PeerClosed)) != 0;

    /// <summary>Nothing can be sent any more. A peer that has only closed its side still reads.</summary>
    internal bool IsBroken(int index) => (Events(index) & (Error | HangUp)) != 0;

    private uint Events(int index) => BinaryPrimitives.ReadUInt32LittleEndian(One(index));

    private ReadOnlySpan<byte> One(int index) => _events.AsSpan(index * EventBytes, EventBytes);

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Create(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int epoll, int operation, SafeHandle socket, ref byte interest);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Wait(int epoll, ref byte events, int most, int timeout);
}
