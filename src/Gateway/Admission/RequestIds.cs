using System.Buffers;

namespace Gateway.Admission;

/// <summary>The id that names a request in every log and header.</summary>
internal static class RequestIds
{
    private const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=~");

    /// <summary>The client's own id if it is 1–128 characters that are safe in headers and logs, else 32 random hex digits.</summary>
    internal static string Choose(string? fromClient, Random random)
    {
        if (fromClient is { Length: > 0 and <= MaxLength } && !fromClient.AsSpan().ContainsAnyExcept(Allowed))
            return fromClient;
        Span<byte> bits = stackalloc byte[16];
        random.NextBytes(bits);
        return Convert.ToHexStringLower(bits);
    }

    /// <summary>128 random bits.</summary>
    internal static UInt128 New(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64());
}
