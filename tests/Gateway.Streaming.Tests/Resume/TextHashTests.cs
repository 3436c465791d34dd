using System.Buffers.Binary;
using System.Security.Cryptography;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Tests.Resume;

public sealed class TextHashTests
{
    [Fact]
    public void Digest_EveryLengthInAnyPieces_IsTheSha256()
    {
        Random random = new(5);
        byte[] text = new byte[300];
        random.NextBytes(text);
        for (int length = 0; length <= text.Length; length++)
        {
            TextHash hash = new();
            for (int start = 0, end; start < length; start = end)
            {
                end = random.Next(start, length + 1);
                hash.Append(text.AsSpan(start, end - start));
                Assert.Equal(Expected(text.AsSpan(0, end)), hash.Digest());
            }

            Assert.Equal(Expected(text.AsSpan(0, length)), hash.Digest());
            Assert.Equal(length, hash.Length);
        }
    }

    private static TextDigest Expected(ReadOnlySpan<byte> text)
    {
        byte[] digest = SHA256.HashData(text);
        return new(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest.AsSpan(16)));
    }
}
