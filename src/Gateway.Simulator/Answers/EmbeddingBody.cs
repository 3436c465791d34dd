using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Gateway.Simulator.Answers;

/// <summary>The body of <c>/v1/embeddings</c>: seeded vectors in (−1, 1), as numbers or base64 of little-endian floats.</summary>
internal static class EmbeddingBody
{
    public static void Append(FrameBuffer frames, Answer answer, int dimensions)
    {
        var vector = new float[answer.Request.Dimensions ?? dimensions];
        frames.Append("{\"object\":\"list\",\"data\":["u8);
        for (int input = 0; input < answer.Request.Inputs; input++)
        {
            frames.Append(input == 0 ? "{\"object\":\"embedding\",\"embedding\":"u8 : ",{\"object\":\"embedding\",\"embedding\":"u8);
            Fill(vector, answer.Request.PromptKey + (ulong)input);
            AppendVector(frames, vector, answer.Request.Base64);
            frames.Append(",\"index\":"u8);
            frames.Append(input);
            frames.Append("}"u8);
        }

        frames.Append("],\"model\":\""u8);
        frames.Append(answer.Model);
        frames.Append("\",\"usage\":{\"prompt_tokens\":"u8);
        frames.Append(answer.Request.PromptTokens);
        frames.Append(",\"total_tokens\":"u8);
        frames.Append(answer.Request.PromptTokens);
        frames.Append("}}"u8);
    }

    private static void Fill(float[] vector, ulong seed)
    {
        var random = new SplitMix64(seed);
        foreach (ref float value in vector.AsSpan())
        {
            value = (float)((random.NextUnit() * 2) - 1);
        }
    }

    private static void AppendVector(FrameBuffer frames, float[] vector, bool base64)
    {
        if (base64)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<float>(vector);
            var text = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
            Base64.EncodeToUtf8(bytes, text, out _, out _);
            frames.Append("\""u8);
            frames.Append(text);
            frames.Append("\""u8);
            return;
        }

        for (int i = 0; i < vector.Length; i++)
        {
            frames.Append(i == 0 ? "["u8 : ","u8);
            frames.Append(vector[i]);
        }

        frames.Append(vector.Length == 0 ? "[]"u8 : "]"u8);
    }
}
