using System.Net;

namespace Gateway.Upstream.Discovery;

/// <summary>Asks for all addresses (A and AAAA) of a host name; in the product <see cref="Dns.GetHostAddressesAsync(string, CancellationToken)"/>.</summary>
/// <param name="host">A name or an IP literal.</param>
/// <param name="cancellation">Gives up.</param>
internal delegate Task<IPAddress[]> AddressLookup(string host, CancellationToken cancellation);
