using System.Net;
using Gateway.Configuration;
using Gateway.Upstream;
using Gateway.Upstream.Discovery;

namespace Gateway.Tests.Upstream.Discovery;

/// <summary>What the tests of this folder are about: one provider with <c>discover: dns</c>, and addresses.</summary>
internal static class Discovered
{
    internal static Provider Provider(TimeProvider time, string url = "http://frontends.test:8000", string? caFile = null, params string[] models) => new(
        new ProviderOptions { Name = "dynamo", Type = ProviderType.Dynamo, BaseUrls = [new(url)], DiscoversByDns = true, TlsCaFile = caFile, Models = models },
        time);

    internal static SortedDictionary<IPEndPoint, Uri> Addresses(params string[] addresses) => At(8000, addresses);

    internal static SortedDictionary<IPEndPoint, Uri> At(int port, params string[] addresses)
    {
        SortedDictionary<IPEndPoint, Uri> found = new(AddressOrder.Instance);
        foreach (string address in addresses)
            found[new(IPAddress.Parse(address), port)] = new($"http://frontends.test:{port}");
        return found;
    }

    internal static string[] Ids(this Provider provider) => [.. provider.Replicas.Select(replica => replica.Id)];
}
