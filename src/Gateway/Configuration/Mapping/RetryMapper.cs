namespace Gateway.Configuration.Mapping;

internal static class RetryMapper
{
    /// <summary>Keys that are not given fall back to <paramref name="inherited"/>.</summary>
    public static RetryOptions Map(SectionReader retries, RetryOptions inherited)
    {
        RetryOptions options = new()
        {
            MaxAttempts = retries.Integer("max-attempts", inherited.MaxAttempts),
            Backoff = retries.Duration("backoff", inherited.Backoff),
            MaxBackoff = retries.Duration("max-backoff", inherited.MaxBackoff),
            MaxRetryAfter = retries.Duration("max-retry-after", inherited.MaxRetryAfter),
            Budget = retries.Share("budget", inherited.Budget),
            FallBackOnContextLength = retries.Text("on-context-length") switch
            {
                "fail" => false,
                "fallback" => true,
                _ => inherited.FallBackOnContextLength,
            },
        };
        CheckBackoff(retries, options);
        return options;
    }

    private static void CheckBackoff(SectionReader retries, RetryOptions options)
    {
        // A maximum of zero was refused already.
        if (options.Backoff <= options.MaxBackoff || options.MaxBackoff == TimeSpan.Zero)
            return;

        if (retries.Has("max-backoff"))
            retries.Report("max-backoff", "is shorter than backoff", "raise it, or shorten backoff");
        else if (retries.Has("backoff"))
            retries.Report("backoff", "is longer than max-backoff", "shorten it, or set a longer max-backoff beside it");
    }
}
