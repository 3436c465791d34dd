namespace Gateway.Simulator;

/// <summary>One request as it arrived, for tests that look at what a gateway sends.</summary>
/// <param name="Method">GET, POST, …</param>
/// <param name="Target">Path and query as received, not decoded.</param>
/// <param name="Headers">Name (case-insensitive) to values.</param>
/// <param name="Body">The body's bytes, cut at <see cref="MaxBody"/>.</param>
public sealed record RecordedRequest(string Method, string Target, IReadOnlyDictionary<string, string[]> Headers, ReadOnlyMemory<byte> Body)
{
    public const int MaxBody = 1024 * 1024;
}
