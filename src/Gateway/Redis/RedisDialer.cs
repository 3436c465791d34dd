using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Tls;

namespace Gateway.Redis;

/// <summary>Opens connections to one server that are ready for commands.</summary>
internal sealed class RedisDialer(RedisOptions options, TimeProvider time)
{
    private readonly RedisAddress _address = options.Address;
    private volatile bool _withoutHello;

    /// <exception cref="RedisConnectException">None came about within the connect timeout.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> fired.</exception>
    internal async Task<RedisWire> ConnectAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using CancellationTokenRegistration link = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), limit);
        try
        {
            return await ConnectAsync(await ResolveAsync(limit.Token), limit.Token);
        }
        catch (Exception e)
        {
            stopping.ThrowIfCancellationRequested();
            throw Translate(e);
        }
    }

    private async Task<EndPoint[]> ResolveAsync(CancellationToken limit)
    {
        if (_address.SocketPath is { } path)
            return [new UnixDomainSocketEndPoint(path)];
        IPAddress[] addresses = IPAddress.TryParse(_address.Host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(_address.Host, limit);
        return Array.ConvertAll<IPAddress, EndPoint>(addresses, address => new IPEndPoint(address, _address.Port));
    }

    private async Task<RedisWire> ConnectAsync(EndPoint[] places, CancellationToken limit)
    {
        Exception? last = null;
        for (int i = 0; i < places.Length; i++)
        {
            // An address that swallows packets must leave time for those after it.
            using var share = CancellationTokenSource.CreateLinkedTokenSource(limit);
            using ITimer slice = time.CreateTimer(static source => Cancel(source), share, options.ConnectTimeout / places.Length, Timeout.InfiniteTimeSpan);
            try
            {
                return await ConnectAsync(places[i], share.Token);
            }
            catch (Exception e) when (!limit.IsCancellationRequested)
            {
                last = e;
            }
        }

        throw last ?? new RedisConnectException("its name has no address");
    }

    private async Task<RedisWire> ConnectAsync(EndPoint place, CancellationToken limit)
    {
        bool withHello = !_withoutHello;
        RedisWire wire = await OpenAsync(place, limit);
        try
        {
            await RedisGreeting.SayAsync(wire, _address, withHello, limit);
            return wire;
        }
        catch (Exception e)
        {
            wire.Dispose();
            // Some proxies hang up on words they do not know: the next attempt goes without, the one after it with again.
            if (e is IOException)
                _withoutHello = withHello;
            throw;
        }
    }

    private async Task<RedisWire> OpenAsync(EndPoint place, CancellationToken limit)
    {
        Socket socket = place is UnixDomainSocketEndPoint
            ? new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(place, limit);
            return new RedisWire(_address.UseTls ? await SecureAsync(socket, limit) : new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Close(timeout: 0);
            throw;
        }
    }

    private async Task<SslStream> SecureAsync(Socket socket, CancellationToken limit)
    {
        SslPolicyErrors errors = SslPolicyErrors.None;
        HandshakeStream wire = new(socket, ownsSocket: true);
        SslStream stream = new(wire);
        var client = new SslClientAuthenticationOptions
        {
            TargetHost = _address.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = options.TlsCaFile is { } file ? TrustedAuthorities.Only(await File.ReadAllTextAsync(file, limit)) : null,
            RemoteCertificateValidationCallback = (_, _, _, found) => (errors = found) is SslPolicyErrors.None,
        };
        try
        {
            await stream.AuthenticateAsClientAsync(client, limit);
            wire.InHandshake = false;
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await stream.DisposeAsync();
            throw new RedisConnectException(errors is SslPolicyErrors.None ? "the TLS handshake fails" : $"its certificate is not trusted ({errors})", e);
        }
    }

    private static void Cancel(object? source)
    {
        try
        {
            ((CancellationTokenSource)source!).Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The timer was about to fire while the connection came about.
        }
    }

    private static RedisConnectException Translate(Exception e) => e switch
    {
        RedisConnectException known => known,
        OperationCanceledException => new("it does not answer in time", e),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new("it refuses the connection", e),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => new("its name cannot be resolved", e),
        SocketException s => new($"no connection ({s.SocketErrorCode})", e),
        CryptographicException => new("the file of certificate authorities holds none", e),
        EndOfStreamException => new("it closes the connection at once", e),
        IOException => new("the connection broke, or it does not speak the Redis protocol", e),
        _ => new($"no connection ({e.GetType().Name})", e),
    };
}
