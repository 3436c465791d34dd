using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Relay;

/// <summary>Tells a client that reads slowly from one that takes nothing: by the bytes its TCP has acknowledged.</summary>
internal sealed class StallWatch(IFeatureCollection features)
{
    private const int IpProtoTcp = 6;
    private const int TcpInfo = 11;

    // struct tcp_info, linux/tcp.h: tcpi_bytes_acked, since Linux 4.1.
    private const int BytesAckedOffset = 120;

    private long _acknowledged = -1;

    /// <summary>Whether the client has taken at least one byte since the last call. Without TCP (tests, other systems): no.</summary>
    internal bool HasMoved()
    {
        long before = _acknowledged;
        _acknowledged = Acknowledged();
        return _acknowledged > before;
    }

    private long Acknowledged()
    {
        Socket? socket = features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null || !OperatingSystem.IsLinux())
            return 0;
        Span<byte> info = stackalloc byte[256];
        try
        {
            int length = socket.GetRawSocketOption(IpProtoTcp, TcpInfo, info);
            return length >= BytesAckedOffset + 8 ? BinaryPrimitives.ReadInt64LittleEndian(info[BytesAckedOffset..]) : 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
