using System.Net;
using Gateway.Upstream.Discovery;

namespace Gateway.Tests.Upstream.Discovery;

public sealed class AddressIdTests
{
    private static readonly HashSet<string> None = [];

    /// <summary>Written down, not computed: dashboards of one version must read the series of the next.</summary>
    [Theory]
    [InlineData("10.0.0.1", 8000, "dynamo-53388e")]
    [InlineData("10.0.0.1", 8001, "dynamo-dca47a")]
    [InlineData("fd00::1", 8000, "dynamo-9b0d95")]
    public void Of_Address_IsAlwaysTheSame(string address, int port, string id) => Assert.Equal(id, AddressId.Of("dynamo", new(IPAddress.Parse(address), port), None));

    [Fact]
    public void Of_TwoAddressesWithTheSameDigits_TheSecondHasOneMore()
    {
        (IPEndPoint first, IPEndPoint second) = Colliding();
        string id = AddressId.Of("p", first, None);
        Assert.Equal(id, AddressId.Of("p", second, None));

        string longer = AddressId.Of("p", second, new HashSet<string> { id });

        Assert.Equal(id.Length + 1, longer.Length);
        Assert.StartsWith(id, longer, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_TwoAddressesWithTheSameDigits_HaveDifferentIds()
    {
        (IPEndPoint first, IPEndPoint second) = Colliding();
        using var provider = Discovered.Provider(TimeProvider.System);
        Uri url = provider.Options.BaseUrls[0];
        new DiscoveredReplicas(provider, TimeProvider.System).Update(new(AddressOrder.Instance) { [second] = url, [first] = url });
        Assert.Equal(2, provider.Ids().Distinct().Count());
        Assert.Equal("dynamo-".Length + 6, provider.Ids()[0].Length);
        Assert.Equal("dynamo-".Length + 7, provider.Ids()[1].Length);
    }

    /// <summary>Six digits of a hash meet after some thousand addresses.</summary>
    private static (IPEndPoint First, IPEndPoint Second) Colliding()
    {
        Dictionary<string, IPEndPoint> seen = [];
        for (int i = 0; ; i++)
        {
            IPEndPoint address = new(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 8000);
            string id = AddressId.Of("p", address, None);
            if (seen.TryGetValue(id, out IPEndPoint? other))
                return (other, address);
            seen[id] = address;
        }
    }
}
