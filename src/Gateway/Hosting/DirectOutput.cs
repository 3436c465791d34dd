using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Hosting;

/// <summary>A connection whose output goes straight to its socket (<see cref="SocketPipeWriter"/>); its input stays the platform's.</summary>
internal sealed class DirectOutput : IDuplexPipe, IDisposable
{
    private readonly SocketPipeWriter _output;

    private DirectOutput(ConnectionContext connection, Socket socket)
    {
        Input = connection.Transport.Input;
        _output = new(connection, socket);
    }

    public PipeReader Input { get; }

    public PipeWriter Output => _output;

    /// <summary>Serves a connection in this way, where there is a socket.</summary>
    internal static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await next(connection);
            return;
        }

        IDuplexPipe platform = connection.Transport;
        using DirectOutput direct = new(connection, socket);
        connection.Transport = direct;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = platform;
        }
    }

    public void Dispose() => _output.Dispose();
}
