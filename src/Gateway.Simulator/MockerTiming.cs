namespace Gateway.Simulator;

/// <summary>The timing polynomials that Dynamo's own mocker publishes (its default performance model), instead of distributions.</summary>
/// <param name="TotalKvTokens">KV-cache capacity of one replica in tokens; the mocker's default is 16,384 blocks of 64.</param>
/// <param name="SpeedupRatio">Divides every time; 1 is the mocker's own speed.</param>
public sealed record MockerTiming(int TotalKvTokens = 16_384 * 64, double SpeedupRatio = 1)
{
    /// <summary>Time to prefill <paramref name="promptTokens"/> tokens: 4.209989e-7·n² + 1.518344e-2·n + 16.50142 ms.</summary>
    public TimeSpan Prefill(int promptTokens)
    {
        double tokens = promptTokens;
        return TimeSpan.FromMilliseconds(((4.209989e-07 * tokens * tokens) + (1.518344e-02 * tokens) + 16.50142) / SpeedupRatio);
    }

    /// <summary>Time of one decode step when <paramref name="activeKvTokens"/> are cached: −25.74·u² + 54.01·u + 5.74 ms, u the used share, at least 1 ms.</summary>
    public TimeSpan Decode(long activeKvTokens)
    {
        double used = Math.Min(1, (double)activeKvTokens / Math.Max(1, TotalKvTokens));
        return TimeSpan.FromMilliseconds(Math.Max(1, (-25.74 * used * used) + (54.01 * used) + 5.74) / SpeedupRatio);
    }
}
