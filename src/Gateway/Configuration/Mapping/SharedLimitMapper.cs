using Gateway.Redis;

namespace Gateway.Configuration.Mapping;

internal static class SharedLimitMapper
{
    /// <summary>The top-level <c>limits</c> section.</summary>
    /// <returns>Null: absent or refused.</returns>
    public static SharedLimitOptions? Map(SectionReader limits)
    {
        string? tlsCa = AuthorityFile.Read(limits, "tls-ca")?.File;
        if (limits.Text("redis") is not { } text)
            return null;
        if (RedisAddress.Parse(text.Trim(), out RedisAddress? address) is var (problem, fix))
            limits.Report("redis", problem, fix);
        else if (tlsCa is not null && address is { UseTls: false })
            limits.Report("tls-ca", "goes with rediss:// only", "write the URL with rediss:// or remove tls-ca");

        return address is null ? null : new SharedLimitOptions(address)
        {
            Timeout = limits.Duration("timeout", new SharedLimitOptions(address).Timeout),
            TlsCaFile = tlsCa,
        };
    }
}
