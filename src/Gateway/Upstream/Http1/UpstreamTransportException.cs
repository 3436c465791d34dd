namespace Gateway.Upstream.Http1;

/// <summary>The only exception that leaves this folder. Its message may reach a client: it never holds a host name or an address (its inner exception may).</summary>
internal sealed class UpstreamTransportException(TransportFailure kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public TransportFailure Kind { get; } = kind;
}
