using System.Runtime.InteropServices;
using Gateway.Streaming.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Routing;

/// <summary>
/// The key of what should stay on one replica: the session the client names (<c>x-dynamo-session-id</c>, <c>x-session-id</c>), else
/// <c>prompt_cache_key</c>, else <c>user</c>, else the beginning of what is asked. A 64-bit hash of the bytes as they are written: the same in every process.
/// </summary>
internal static class AffinityKey
{
    /// <summary>
    /// Bytes of <c>messages</c>, <c>prompt</c> or <c>input</c> that count: about 1,000 tokens, a long system prompt. Conversations that are longer keep
    /// their key as they grow; one that is shorter changes it with every message, but then there is little to compute again.
    /// </summary>
    internal const int PrefixBytes = 4 << 10;

    private static readonly string[] Headers = ["x-dynamo-session-id", "x-session-id"];

    private static readonly RequestField[] Names = [RequestField.PromptCacheKey, RequestField.User];

    private static readonly RequestField[] Contents = [RequestField.Messages, RequestField.Prompt, RequestField.Input];

    /// <summary>Null when the request has none of them.</summary>
    /// <param name="headers">The client's.</param>
    /// <param name="body">The client's, as it came.</param>
    /// <param name="fields">Where things are in <paramref name="body"/>; which fields count is the endpoint's.</param>
    internal static ulong? Of(IHeaderDictionary headers, ReadOnlySpan<byte> body, RequestFields fields)
    {
        foreach (string header in Headers)
        {
            if (headers.TryGetValue(header, out StringValues values) && values.Count > 0 && values[0] is { Length: > 0 } session)
                return XxHash64.Hash(MemoryMarshal.AsBytes(session.AsSpan()));
        }

        foreach (RequestField name in Names)
        {
            // Another type than text names nothing.
            if (fields.TryGet(name, out BodyMember member) && member.ValueIn(body) is [(byte)'"', _, _, ..] text)
                return XxHash64.Hash(text);
        }

        foreach (RequestField content in Contents)
        {
            if (fields.TryGet(content, out BodyMember member) && member.ValueLength > "[]".Length)
                return XxHash64.Hash(body.Slice(member.ValueStart, Math.Min(member.ValueLength, PrefixBytes)));
        }

        return null;
    }
}
