namespace Gateway.Upstream.Http1;

/// <summary>The part of a request body that did not fit the first send, on its way while the response head is already awaited: an upstream may answer (413) and stop reading.</summary>
internal sealed class Upload : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<bool> _sent;

    internal Upload(IUpstreamTransport transport, ReadOnlyMemory<byte> data) => _sent = SendAsync(transport, data);

    /// <summary>The caller's memory is free to be reused once this has completed. True when everything was sent.</summary>
    /// <param name="abandon">Stop now instead of sending the rest.</param>
    internal Task<bool> SettleAsync(bool abandon)
    {
        if (abandon)
        {
            _stop.Cancel();
        }
        return _sent;
    }

    public void Dispose() => _stop.Dispose();

    private async Task<bool> SendAsync(IUpstreamTransport transport, ReadOnlyMemory<byte> data)
    {
        try
        {
            await transport.SendAsync(data, _stop.Token);
            return true;
        }
        catch (Exception)
        {
            // The reader sees the same broken connection, or a response that explains it.
            return false;
        }
    }
}
