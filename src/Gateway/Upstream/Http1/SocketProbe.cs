using System.Net.Sockets;

namespace Gateway.Upstream.Http1;

/// <summary>The check before an idle connection is used again.</summary>
internal static class SocketProbe
{
    /// <summary>Readable while idle means closed, reset, or bytes that belong to no request: in no case usable.</summary>
    internal static bool IsQuiet(Socket socket)
    {
        try
        {
            return !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
