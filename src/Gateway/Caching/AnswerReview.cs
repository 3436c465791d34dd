using System.Text.Json;
using Gateway.Streaming.Answers;
using Gateway.Upstream.Http1;

namespace Gateway.Caching;

/// <summary>Whether an answer that is complete is also one to give again.</summary>
internal static class AnswerReview
{
    /// <summary>Only answers that ended as they were meant to; never one that was filtered or refused part of.</summary>
    private static readonly string[] GoodEnds = ["stop", "length", "tool_calls", "function_call", "end_turn", "max_tokens", "stop_sequence", "tool_use"];

    /// <param name="endpoint">Of the request.</param>
    /// <param name="events">A whole stream.</param>
    internal static bool MayKeepStream(Endpoint endpoint, ReadOnlySpan<byte> events)
    {
        using PooledBuffer whole = new(events.Length + 1);
        return AnswerAssembler.TryAssemble(endpoint, events, whole) && MayKeep(endpoint, whole.Written.Span);
    }

    /// <param name="endpoint">Of the request.</param>
    /// <param name="json">A whole answer, valid JSON.</param>
    internal static bool MayKeep(Endpoint endpoint, ReadOnlySpan<byte> json)
    {
        if (endpoint == Endpoint.Embeddings)
            return true;
        if (endpoint == Endpoint.Responses)
            return MayKeepResponse(json);
        Utf8JsonReader reader = new(json, AnswerJson.Options);
        int ends = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !IsEnd(endpoint, reader))
                continue;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || Array.IndexOf(GoodEnds, reader.GetString()) < 0)
                return false;
            ends++;
        }

        return ends > 0;
    }

    /// <summary>Of these, one that was cut at <c>max_output_tokens</c> is <c>incomplete</c>: what <c>length</c> is elsewhere.</summary>
    private static bool MayKeepResponse(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, AnswerJson.Options);
        string? status = null;
        string? reason = null;
        bool isInDetails = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth > 2)
                continue;
            if (reader.CurrentDepth == 1)
                isInDetails = reader.ValueTextEquals("incomplete_details"u8);
            if (reader.CurrentDepth == 1 && reader.ValueTextEquals("status"u8))
                status = TextOf(ref reader);
            else if (reader.CurrentDepth == 2 && isInDetails && reader.ValueTextEquals("reason"u8))
                reason = TextOf(ref reader);
        }

        return status == "completed" || (status == "incomplete" && reason == "max_output_tokens");
    }

    private static string? TextOf(ref Utf8JsonReader member) => member.Read() && member.TokenType == JsonTokenType.String ? member.GetString() : null;

    /// <summary>The member that says how a choice, or the answer, ended.</summary>
    private static bool IsEnd(Endpoint endpoint, in Utf8JsonReader name) => endpoint switch
    {
        Endpoint.Messages => name.CurrentDepth == 1 && name.ValueTextEquals("stop_reason"u8),
        _ => name.CurrentDepth == 3 && name.ValueTextEquals("finish_reason"u8),
    };
}
