namespace Gateway.Configuration;

/// <summary>NVIDIA's hosted endpoints, which differ from a NIM of one's own: https only, a key for everything, a limited number of calls.</summary>
internal static class HostedNim
{
    public const string DefaultUrl = "https://integrate.api.nvidia.com/v1";

    /// <summary>Where late answers are asked for.</summary>
    public static Uri StatusUrl { get; } = new("https://api.nvcf.nvidia.com/");

    private const string Domain = ".api.nvidia.com";

    public static bool Is(Uri url) => url.Host.EndsWith(Domain, StringComparison.OrdinalIgnoreCase);
}
