using System.IO.Pipelines;

namespace Gateway.Sockets;

/// <summary>A connection's feature: its output, where nothing but the server's framing lies between a response and the socket.</summary>
internal interface IDirectOutput
{
    /// <summary>
    /// Null under TLS. Only for who has told the server, by the response's <c>transfer-encoding: chunked</c>, that its body comes framed; after the server has written the
    /// head, up to and with the last chunk. Whoever does not come to write that one aborts the request: the server would take the next one.
    /// </summary>
    PipeWriter? Output { get; }
}
