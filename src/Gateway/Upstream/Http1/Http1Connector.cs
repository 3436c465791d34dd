using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Tls;

namespace Gateway.Upstream.Http1;

/// <summary>Opens transports to one host: name, addresses in order, TCP options, TLS.</summary>
internal sealed class Http1Connector
{
    private const int KeepAliveIdleSeconds = 30;
    private const int KeepAliveIntervalSeconds = 10;
    private const int KeepAliveProbes = 3;

    private readonly Http1PoolOptions _options;
    private readonly TimeProvider _time;
    private readonly X509ChainPolicy? _chainPolicy;

    /// <exception cref="IOException">The certificate authority's file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It holds no certificate.</exception>
    internal Http1Connector(Http1PoolOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _chainPolicy = options.UseTls && options.TlsCaFile is { } file ? TrustedAuthorities.Only(options.TlsCaPem ?? File.ReadAllText(file)) : null;
    }

    /// <param name="deadline">Fires at the connect timeout, or when the exchange is aborted.</param>
    /// <exception cref="UpstreamTransportException">No address could be reached.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="deadline"/> fired.</exception>
    internal async Task<IUpstreamTransport> ConnectAsync(CancellationToken deadline)
    {
        long start = _time.GetTimestamp();
        IPAddress[] addresses = await ResolveAsync(deadline);
        UpstreamTransportException? last = null;
        for (int i = 0; i < addresses.Length; i++)
        {
            // An address that swallows packets must leave time for those after it.
            TimeSpan share = (_options.ConnectTimeout - _time.GetElapsedTime(start)) / (addresses.Length - i);
            try
            {
                return await ConnectAsync(addresses[i], share > TimeSpan.Zero ? share : TimeSpan.Zero, deadline);
            }
            catch (UpstreamTransportException e)
            {
                last = e;
            }
        }
        throw last ?? new UpstreamTransportException(TransportFailure.NameResolution, "The upstream's name has no address.");
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken deadline)
    {
        if (_options.Address is { } address)
        {
            return [address];
        }
        if (IPAddress.TryParse(_options.Host, out IPAddress? literal))
        {
            return [literal];
        }
        try
        {
            return await Dns.GetHostAddressesAsync(_options.Host, deadline);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new UpstreamTransportException(TransportFailure.NameResolution, "The upstream's name could not be resolved.", e);
        }
    }

    private async Task<IUpstreamTransport> ConnectAsync(IPAddress address, TimeSpan share, CancellationToken deadline)
    {
        using var slice = new CancellationTokenSource(share, _time);
        using CancellationTokenRegistration link = deadline.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), slice);
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SetOptions(socket);
            var peer = new IPEndPoint(address, _options.Port);
            if (!_options.UseTls)
                return await SocketTransport.ConnectAsync(socket, peer, slice.Token);
            await socket.ConnectAsync(peer, slice.Token);
            return await SecureAsync(socket, slice.Token);
        }
        catch (Exception e)
        {
            socket?.Close(timeout: 0);
            deadline.ThrowIfCancellationRequested();
            throw Translate(e);
        }
    }

    private static void SetOptions(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
    }

    private async Task<TlsTransport> SecureAsync(Socket socket, CancellationToken cancellationToken)
    {
        var wire = new HandshakeStream(socket, ownsSocket: false);
        var stream = new SslStream(wire);
        string? refused = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = _options.Host,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = _chainPolicy,
            RemoteCertificateValidationCallback = (_, _, chain, found) => (refused = Describe(found, chain)) is null,
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            wire.InHandshake = false;
            return new TlsTransport(socket, stream);
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new UpstreamTransportException(TransportFailure.TlsFailed, $"The TLS handshake with the upstream failed: {refused ?? "protocol or connection error"}.", e);
        }
    }

    /// <summary>What is wrong with a certificate, by .NET's names of it; null when nothing is.</summary>
    private static string? Describe(SslPolicyErrors errors, X509Chain? chain)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
            flags |= status.Status;
        return flags == X509ChainStatusFlags.NoError ? errors.ToString() : $"{errors} ({flags})";
    }

    private static UpstreamTransportException Translate(Exception e) => e switch
    {
        UpstreamTransportException known => known,
        OperationCanceledException => new(TransportFailure.ConnectTimeout, "The upstream did not accept a connection in time.", e),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new(TransportFailure.ConnectRefused, "The upstream refused the connection.", e),
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable } =>
            new(TransportFailure.PoolExhausted, "The gateway has no file left for a connection to the upstream.", e),
        SocketException { SocketErrorCode: SocketError.TimedOut } => new(TransportFailure.ConnectTimeout, "The upstream did not accept a connection in time.", e),
        SocketException s => new(TransportFailure.ConnectFailed, $"Connecting to the upstream failed: {s.SocketErrorCode}.", e),
        _ => new(TransportFailure.ConnectFailed, "Connecting to the upstream failed.", e),
    };
}
