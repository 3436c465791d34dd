using System.Buffers;
using Gateway.Credentials;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>
/// What all requests to one endpoint of a replica begin with: the request line, Host, Content-Type and the provider's own headers, in bytes. Written when first
/// needed and again with another credential. Thread-safe. It holds credentials, as the provider it belongs to does.
/// </summary>
internal sealed class KnownHeads
{
    private readonly KnownHead?[] _heads = new KnownHead?[(int)Endpoint.Images + 1];

    /// <summary>False, and nothing written, when it is not known with this credential.</summary>
    internal bool TryWrite(Endpoint endpoint, Credential credential, PooledBuffer buffer)
    {
        if (Volatile.Read(ref _heads[(int)endpoint]) is not { } head || head.Credential != credential)
            return false;
        buffer.Write(head.Bytes);
        return true;
    }

    internal void Keep(Endpoint endpoint, Credential credential, ReadOnlySpan<byte> written) => Volatile.Write(ref _heads[(int)endpoint], new(credential, written.ToArray()));

    private sealed class KnownHead(Credential credential, byte[] bytes)
    {
        internal Credential Credential { get; } = credential;

        internal byte[] Bytes { get; } = bytes;
    }
}
