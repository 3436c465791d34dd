using System.IO.Compression;

namespace Gateway.Caching.Store;

/// <summary>
/// Bodies on their way to another level: deflated when that pays. Deflate rather than Brotli, whose tables would add most of a megabyte to the binary
/// for some percent less.
/// </summary>
internal static class StoredBody
{
    /// <summary>Below this a round trip costs the same with fewer bytes.</summary>
    internal const int LeastToCompress = 1024;

    /// <returns>Null: left as it is.</returns>
    internal static byte[]? Compress(byte[] body)
    {
        if (body.Length < LeastToCompress)
            return null;
        using MemoryStream output = new(body.Length / 2);
        using (DeflateStream deflate = new(output, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(body);
        return output.Length <= body.Length * 9L / 10 ? output.ToArray() : null;
    }

    /// <summary>Never makes more of it than <paramref name="length"/> bytes.</summary>
    /// <returns>Null: not exactly that many bytes, or not compressed like this.</returns>
    internal static byte[]? Expand(byte[] value, int offset, int count, int length)
    {
        // Deflate cannot do better than 1032:1: no room is made for what cannot be in there.
        if (length / 1032 > count)
            return null;
        byte[] body = new byte[length];
        using MemoryStream input = new(value, offset, count, writable: false);
        using DeflateStream inflate = new(input, CompressionMode.Decompress);
        try
        {
            return inflate.ReadAtLeast(body, length, throwOnEndOfStream: false) == length && inflate.ReadByte() < 0 ? body : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
