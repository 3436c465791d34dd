namespace Gateway.Redis;

/// <summary>What one reply may be; more is a broken or hostile server.</summary>
internal static class RespLimits
{
    /// <summary>Bytes of a simple string, an error, a number or a length.</summary>
    internal const int Line = 16 * 1024;

    /// <summary>Bytes of one value.</summary>
    internal const int Bulk = 64 * 1024 * 1024;

    /// <summary>Values in one reply, on all levels together.</summary>
    internal const int Values = 1024 * 1024;

    /// <summary>Arrays in arrays.</summary>
    internal const int Depth = 8;
}
