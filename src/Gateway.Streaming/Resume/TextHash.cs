using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gateway.Streaming.Resume;

/// <summary>
/// Length and SHA-256 (FIPS 180-4) of a text that comes in pieces. Managed, since the platform's incremental hash is a native handle per text and
/// a call out of the runtime per token, and needs a system library that the smallest images do not have.
/// </summary>
public sealed class TextHash
{
    private const int BlockSize = 64;

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static ReadOnlySpan<uint> Initial => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private Words _state;
    private Block _block;

    public TextHash() => Initial.CopyTo(_state);

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Goes on with the text.</summary>
    public void Append(ReadOnlySpan<byte> text)
    {
        Span<byte> block = _block;
        int used = (int)(Length % BlockSize);
        Length += text.Length;
        if (used > 0)
        {
            int taken = Math.Min(BlockSize - used, text.Length);
            text[..taken].CopyTo(block[used..]);
            if (used + taken < BlockSize)
                return;
            Compress(_state, block);
            text = text[taken..];
        }

        for (; text.Length >= BlockSize; text = text[BlockSize..])
            Compress(_state, text);
        text.CopyTo(block);
    }

    /// <summary>The digest of what was appended so far; more may follow.</summary>
    public TextDigest Digest() => Finish(_state, ((ReadOnlySpan<byte>)_block)[..(int)(Length % BlockSize)], Length);

    /// <summary>The digest of a whole text.</summary>
    internal static TextDigest Of(ReadOnlySpan<byte> text)
    {
        Words state = default;
        Initial.CopyTo(state);
        ReadOnlySpan<byte> rest = text;
        for (; rest.Length >= BlockSize; rest = rest[BlockSize..])
            Compress(state, rest);
        return Finish(state, rest, text.Length);
    }

    private static TextDigest Finish(Words state, ReadOnlySpan<byte> rest, long textLength)
    {
        Span<byte> last = stackalloc byte[2 * BlockSize];
        last.Clear();
        int used = rest.Length;
        rest.CopyTo(last);
        last[used] = 0x80;
        int length = used < BlockSize - sizeof(ulong) ? BlockSize : 2 * BlockSize;
        BinaryPrimitives.WriteUInt64BigEndian(last[(length - sizeof(ulong))..], (ulong)textLength * 8);
        for (int start = 0; start < length; start += BlockSize)
            Compress(state, last[start..]);
        return new(Join(state[0], state[1], state[2], state[3]), Join(state[4], state[5], state[6], state[7]));
    }

    private static UInt128 Join(uint first, uint second, uint third, uint fourth) =>
        new(((ulong)first << 32) | second, ((ulong)third << 32) | fourth);

    // FIPS 180-4 §6.2.2, with its names.
    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[BlockSize];
        for (int t = 0; t < 16; t++)
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(t * 4)..]);
        for (int t = 16; t < w.Length; t++)
        {
            uint s0 = BitOperations.RotateRight(w[t - 15], 7) ^ BitOperations.RotateRight(w[t - 15], 18) ^ (w[t - 15] >> 3);
            uint s1 = BitOperations.RotateRight(w[t - 2], 17) ^ BitOperations.RotateRight(w[t - 2], 19) ^ (w[t - 2] >> 10);
            w[t] = w[t - 16] + s0 + w[t - 7] + s1;
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < w.Length; t++)
        {
            uint s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint t1 = h + s1 + ((e & f) ^ (~e & g)) + RoundConstants[t] + w[t];
            uint s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
        (state[4], state[5], state[6], state[7]) = (state[4] + e, state[5] + f, state[6] + g, state[7] + h);
    }

    [InlineArray(8)]
    private struct Words
    {
        private uint _first;
    }

    [InlineArray(BlockSize)]
    private struct Block
    {
        private byte _first;
    }
}
