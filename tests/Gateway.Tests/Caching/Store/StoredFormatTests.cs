using System.Security.Cryptography;
using System.Text;
using Gateway.Caching.Store;
using Gateway.Streaming;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

public sealed class StoredFormatTests
{
    private const long MaxBody = 1 << 20;

    public static TheoryData<int> BodySizes => [0, 1, 1023, 1024, 1025, 100_000, (int)MaxBody];

    [Theory]
    [MemberData(nameof(BodySizes))]
    public void Decode_WhatEncodeMade_IsTheSame(int size)
    {
        byte[] random = new byte[size];
        new Random(size).NextBytes(random);
        foreach (byte[] body in (byte[][])[random, Text(size)])
        {
            foreach (CachedAnswer answer in Variants(body))
            {
                CachedAnswer? read = StoredFormat.Decode(StoredFormat.Encode(Key(1), answer, 1_700_000_000_000_000), Key(1), MaxBody, out long stamp);

                Assert.NotNull(read);
                Assert.Equal(answer.Body, read.Body);
                Assert.Equal(answer with { Body = read.Body }, read);
                Assert.Equal(1_700_000_000_000_000, stamp);
            }
        }
    }

    [Theory]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    public void Encode_TextFromOneKibibyte_IsCompressed(int size, bool isSmaller)
    {
        int plain = StoredFormat.Encode(Key(1), Answer([]), 0).Length + size;

        Assert.Equal(isSmaller, StoredFormat.Encode(Key(1), Answer(Text(size)), 0).Length < plain);
    }

    [Fact]
    public void Encode_WhatDoesNotGetSmaller_IsLeftAsItIs()
    {
        byte[] random = new byte[5000];
        new Random(1).NextBytes(random);

        Assert.Equal(StoredFormat.Encode(Key(1), Answer([]), 0).Length + 5000, StoredFormat.Encode(Key(1), Answer(random), 0).Length);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3000)]
    public void Decode_EveryByteChangedAndEveryLength_IsAMiss(int size)
    {
        byte[] value = StoredFormat.Encode(Key(1), Answer(Text(size), keyId: "k") with { Usage = new(1, 2, 3, 4) }, 7);
        for (int i = 0; i < value.Length; i++)
        {
            Assert.Null(Decode(value[..i]));
            byte[] changed = [.. value];
            changed[i] ^= (byte)(1 + (i % 255));
            Assert.Null(Decode(changed));
        }

        Assert.Null(Decode([.. value, 0]));
        Assert.NotNull(Decode(value));
    }

    /// <summary>Behind the checksum: someone who knows the format and wants harm.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(3000)]
    public void Decode_ChangedWithARightChecksum_ThrowsNothingAndKeepsTheBounds(int size)
    {
        byte[] value = StoredFormat.Encode(Key(1), Answer(Text(size), keyId: "k") with { Usage = new(1, 2, 3, 4) }, 7)[..^32];
        Random random = new(5);
        for (int i = 0; i < value.Length; i++)
        {
            Check(value[..i]);
            foreach (byte to in (byte[])[0, 1, 0x7f, 0x80, 0xff, (byte)random.Next(256)])
            {
                byte[] changed = [.. value];
                changed[i] = to;
                Check(changed);
            }
        }

        static void Check(byte[] content)
        {
            if (Decode(Signed(content)) is { } answer)
                Assert.InRange(answer.Body.Length, 0, MaxBody);
        }
    }

    [Fact]
    public void Decode_AnotherKey_IsAMiss()
    {
        byte[] value = StoredFormat.Encode(Key(1), Answer(), 0);

        Assert.Null(StoredFormat.Decode(value, Key(2), MaxBody, out _));
    }

    [Fact]
    public void Decode_NewerVersion_IsAMiss()
    {
        byte[] content = StoredFormat.Encode(Key(1), Answer(), 0)[..^32];
        content[4]++;

        Assert.Null(Decode(Signed(content)));
    }

    [Theory]
    [InlineData(2000, true)]
    [InlineData(1999, false)]
    public void Decode_BodyOverTheBound_IsAMiss(int maxBody, bool isTaken)
    {
        byte[] value = StoredFormat.Encode(Key(1), Answer(Text(2000)), 0);

        Assert.Equal(isTaken, StoredFormat.Decode(value, Key(1), maxBody, out _) is not null);
    }

    /// <summary>A body that says it is short and is not: no more than was announced is made of it.</summary>
    [Fact]
    public void Decode_CompressedBodyLongerThanItSays_IsAMiss()
    {
        CachedAnswer bomb = Answer(new byte[10_000_000]);
        byte[] content = StoredFormat.Encode(Key(1), bomb, 0)[..^32];
        int at = content.AsSpan().IndexOf(BitConverter.GetBytes(10_000_000));
        BitConverter.GetBytes(1000).CopyTo(content, at);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(Decode(Signed(content)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GWCA")]
    [InlineData("{\"a\":1}")]
    [InlineData("<html>this is something else, long enough to hold all the fields of an answer of ours, and then some more of them</html>")]
    public void Decode_Foreign_IsAMiss(string text) => Assert.Null(Decode(Encoding.UTF8.GetBytes(text)));

    private static CachedAnswer? Decode(byte[] value) => StoredFormat.Decode(value, Key(1), MaxBody, out _);

    private static byte[] Signed(byte[] content) => [.. content, .. SHA256.HashData(content)];

    private static byte[] Text(int size)
    {
        ReadOnlySpan<byte> pattern = "data: {\"choices\":[{\"delta\":{\"content\":\"word\"}}]}\n\n"u8;
        byte[] text = new byte[size];
        for (int i = 0; i < size; i++)
            text[i] = pattern[i % pattern.Length];
        return text;
    }

    private static CachedAnswer[] Variants(byte[] body)
    {
        CachedAnswer plain = Answer(body);
        return
        [
            plain,
            plain with { Shape = AnswerShape.Stream, Endpoint = Endpoint.Messages, Usage = new(1, 2, 3, long.MaxValue) },
            plain with { KeyId = "", Model = "", Provider = "größe 🦊", UpstreamModel = new string('x', 70_000) },
            plain with { KeyId = "key-1", Usage = new(0, 0, 0, 0), StaleUntil = DateTimeOffset.MaxValue },
        ];
    }
}
