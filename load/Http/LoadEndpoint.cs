using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.Load.Measures;

namespace Gateway.Load.Http;

/// <summary>Where a target listens; its name is resolved once, so that the resolver is not measured.</summary>
/// <param name="Address">The first IPv4 address, else the first.</param>
/// <param name="Host">For the Host header.</param>
/// <param name="Name">For the certificate.</param>
/// <param name="IsTls">https.</param>
/// <param name="Insecure">Takes any certificate.</param>
internal sealed record LoadEndpoint(IPEndPoint Address, string Host, string Name, bool IsTls, bool Insecure)
{
    /// <exception cref="HttpFailure">The name does not resolve.</exception>
    public static async Task<LoadEndpoint> ResolveAsync(Uri url, bool insecure, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(url.IdnHost, cancellationToken);
        }
        catch (SocketException exception)
        {
            throw new HttpFailure(ErrorKinds.Connect, $"{url.IdnHost}: {exception.Message}");
        }

        IPAddress? address = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault();
        if (address is null)
            throw new HttpFailure(ErrorKinds.Connect, $"{url.IdnHost} has no address.");
        return new LoadEndpoint(new IPEndPoint(address, url.Port), HostHeader(url), url.IdnHost, url.Scheme == Uri.UriSchemeHttps, insecure);
    }

    /// <summary>RFC 9110 §7.2: an IPv6 address keeps its brackets, a default port is left out.</summary>
    private static string HostHeader(Uri url)
    {
        string host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : $"{host}:{url.Port}";
    }

#pragma warning disable CA5359 // Only with --insecure, which says it.
    public SslClientAuthenticationOptions TlsOptions() => new()
    {
        TargetHost = Name,
        RemoteCertificateValidationCallback = Insecure ? static (_, _, _, _) => true : null,
    };
#pragma warning restore CA5359
}
