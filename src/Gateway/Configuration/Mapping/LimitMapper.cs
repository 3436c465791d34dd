namespace Gateway.Configuration.Mapping;

internal static class LimitMapper
{
    /// <summary>The <c>rate-limit</c> section of a key, a router or a provider.</summary>
    public static LimitOptions Map(SectionReader owner)
    {
        if (!owner.Has("rate-limit"))
            return LimitOptions.None;
        SectionReader limits = owner.Section("rate-limit");
        return new LimitOptions
        {
            RequestsPerMinute = int.TryParse(limits.Text("requests-per-minute"), out int requests) ? requests : null,
            TokensPerMinute = long.TryParse(limits.Text("tokens-per-minute"), out long tokens) ? tokens : null,
            ConcurrentRequests = int.TryParse(limits.Text("concurrent-requests"), out int concurrent) ? concurrent : null,
            QueueTimeout = limits.Duration("queue-timeout", LimitOptions.None.QueueTimeout),
        };
    }
}
