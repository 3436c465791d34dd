using System.Net.Sockets;

namespace Gateway.Sockets;

/// <summary>One system call on a non-blocking socket that may be closed from another thread meanwhile: closed is an error like others, <see cref="SocketError.OperationAborted"/>.</summary>
internal static class SocketCalls
{
    /// <returns>Bytes; 0 with <see cref="SocketError.Success"/>: the peer has closed its side.</returns>
    internal static int TryReceive(this Socket socket, Span<byte> room, out SocketError error)
    {
        try
        {
            return socket.Receive(room, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    /// <returns>Bytes that the system has taken.</returns>
    internal static int TrySend(this Socket socket, ReadOnlySpan<byte> data, out SocketError error)
    {
        try
        {
            return socket.Send(data, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }
}
