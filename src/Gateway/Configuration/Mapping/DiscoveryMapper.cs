namespace Gateway.Configuration.Mapping;

/// <summary><c>providers.*.discover</c>.</summary>
internal static class DiscoveryMapper
{
    /// <returns>Whether the one base URL's host is resolved into replicas.</returns>
    public static bool Map(SectionReader provider, IReadOnlyList<Uri> baseUrls)
    {
        if (provider.Text("discover") != "dns")
            return false;

        if (baseUrls.Count > 1)
            provider.Report("discover", "given together with several base-urls", "keep one address, whose host has every replica, or remove discover");
        else if (baseUrls is [{ HostNameType: not UriHostNameType.Dns }])
            provider.Report("discover", "the base-url's host is an IP address, there is nothing to discover", "write a host name that resolves to every replica, or remove discover");

        return true;
    }
}
