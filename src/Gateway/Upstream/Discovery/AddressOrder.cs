using System.Net;
using System.Net.Sockets;

namespace Gateway.Upstream.Discovery;

/// <summary>IPv4 before IPv6, then by number, then by port: the same order in every gateway, whatever order a DNS server answers in.</summary>
internal sealed class AddressOrder : IComparer<IPEndPoint>
{
    internal static readonly AddressOrder Instance = new();

    public int Compare(IPEndPoint? x, IPEndPoint? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        if (x.AddressFamily != y.AddressFamily)
            return x.AddressFamily == AddressFamily.InterNetwork ? -1 : 1;
        int order = x.Address.GetAddressBytes().AsSpan().SequenceCompareTo(y.Address.GetAddressBytes());
        if (order == 0 && x.AddressFamily == AddressFamily.InterNetworkV6)
            order = x.Address.ScopeId.CompareTo(y.Address.ScopeId);
        return order != 0 ? order : x.Port.CompareTo(y.Port);
    }
}
