using System.Net;
using System.Net.Sockets;
using Gateway.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Hosting.Transport;

/// <summary>
/// Kestrel's transport where there is an <see cref="EventLoop"/>: both sides of a request are then watched by the same thread, and a request costs the system
/// calls it needs and no more (docs/benchmarks.md). Elsewhere Kestrel's own serves.
/// </summary>
internal sealed class SocketListenerFactory(TimeProvider time) : IConnectionListenerFactory
{
    // Kestrel's own.
    private const int Backlog = 512;

    /// <exception cref="AddressInUseException">Someone else listens there.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            Socket socket = Listeners.CreateListenSocket(endpoint);
            socket.Listen(Backlog);
            return new(new SocketListener(socket, time));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }
    }
}
