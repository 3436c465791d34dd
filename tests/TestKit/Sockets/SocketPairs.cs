using System.Net;
using System.Net.Sockets;

namespace TestKit.Sockets;

/// <summary>Two ends of a loopback connection.</summary>
public static class SocketPairs
{
    /// <summary>Connects them; the caller disposes both.</summary>
    /// <param name="bufferBytes">Of what the first sends and the second has not received, each; null: the system's.</param>
    public static (Socket Accepted, Socket Peer) Connect(int? bufferBytes = null)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (bufferBytes is { } received)
            peer.ReceiveBufferSize = received;
        peer.Connect(listener.LocalEndPoint!);
        Socket accepted = listener.Accept();
        if (bufferBytes is { } sent)
            accepted.SendBufferSize = sent;
        return (accepted, peer);
    }

    /// <summary>Bytes that are told apart by their place: lost, doubled or swapped ones show.</summary>
    public static byte[] Numbered(int bytes)
    {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++)
            data[i] = (byte)(i * 7 / 251);
        return data;
    }
}
