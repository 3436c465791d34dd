using System.IO.Pipelines;

namespace Gateway.Sockets;

/// <summary>A connection's feature: its output, where nothing but the server's framing lies between a response and the socket.</summary>
internal interface IDirectOutput
{
    /// <summary>Null under TLS. Only for who frames as the server would, after the server has written the response's head and before it writes its end.</summary>
    PipeWriter? Output { get; }
}
