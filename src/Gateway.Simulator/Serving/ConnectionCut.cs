using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>Ends a connection below HTTP, after what was flushed.</summary>
internal static class ConnectionCut
{
    private static readonly TimeSpan ClientCloses = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A FIN in the middle of a body. Kestrel's own abort resets, and a reset can overtake bytes that the client has not read yet: so
    /// half-close, and abort only when the client has closed its side too or a few seconds have passed.
    /// </summary>
    public static async ValueTask FinishAsync(HttpContext context, Pacer pacer)
    {
        try
        {
            SocketOf(context)?.Shutdown(SocketShutdown.Send);
            await pacer.WaitUntilAsync(pacer.Elapsed + ClientCloses);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }

        context.Abort();
    }

    /// <summary>A RST.</summary>
    public static void Reset(HttpContext context)
    {
        try
        {
            if (SocketOf(context) is { } socket)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }

        context.Abort();
    }

    private static Socket? SocketOf(HttpContext context) => context.Features.Get<IConnectionSocketFeature>()?.Socket;
}
