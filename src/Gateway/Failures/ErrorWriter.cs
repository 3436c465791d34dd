using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Streaming;

namespace Gateway.Failures;

/// <summary>
/// A failure as the client's SDK expects it (README, "Errors"): OpenAI's shape, Anthropic's on <c>/v1/messages</c> and below; as a body or as the last event of a stream.
/// </summary>
internal static class ErrorWriter
{
    /// <summary>Leaves quotes and non-ASCII text readable; the result is never embedded in HTML.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the JSON body of a failed request.</summary>
    /// <param name="output">Gets one JSON object, without a line end.</param>
    /// <param name="endpoint">Null for paths that are not relayed: OpenAI's shape.</param>
    /// <param name="failure">What to tell.</param>
    internal static void WriteBody(IBufferWriter<byte> output, Endpoint? endpoint, Failure failure)
    {
        using var json = new Utf8JsonWriter(output, Options);
        if (endpoint?.IsAnthropic() == true)
            WriteAnthropic(json, failure, retryAfter: null);
        else
            WriteOpenAi(json, failure, retryAfter: null);
    }

    /// <summary>
    /// Writes a whole SSE event; nothing may follow it in the stream. It carries <c>retry_after</c> in seconds when the failure has one,
    /// since the status and its header are gone by then.
    /// </summary>
    /// <param name="output">Must stand on an event boundary.</param>
    /// <param name="endpoint">Decides on the event's name and shape.</param>
    /// <param name="failure">What to tell.</param>
    /// <param name="sequenceNumber"><c>/v1/responses</c> only: one more than the last event's, 0 when unknown.</param>
    internal static void WriteEvent(IBufferWriter<byte> output, Endpoint? endpoint, Failure failure, long sequenceNumber = 0)
    {
        output.Write(endpoint is Endpoint.Messages or Endpoint.Responses ? "event: error\ndata: "u8 : "data: "u8);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            if (endpoint == Endpoint.Messages)
                WriteAnthropic(json, failure, failure.RetryAfterSeconds);
            else if (endpoint == Endpoint.Responses)
                WriteResponsesEvent(json, failure, sequenceNumber);
            else
                WriteOpenAi(json, failure, failure.RetryAfterSeconds);
        }

        output.Write("\n\n"u8);
    }

    /// <summary>Anthropic's documented error types; anything else that is the client's fault is an invalid request.</summary>
    internal static string AnthropicTypeOf(Failure failure) => failure.Status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 or 529 => "overloaded_error",
        504 => "timeout_error",
        501 or < 500 => "invalid_request_error",
        _ => "api_error",
    };

    private static void WriteOpenAi(Utf8JsonWriter json, Failure failure, long? retryAfter)
    {
        json.WriteStartObject();
        WriteOpenAiError(json, failure, retryAfter);
        json.WriteEndObject();
    }

    private static void WriteOpenAiError(Utf8JsonWriter json, Failure failure, long? retryAfter)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, failure.Message);
        json.WriteString("type"u8, failure.Type);
        json.WriteString("param"u8, failure.Param);
        json.WriteString("code"u8, failure.WireCode);
        WriteRetryAfter(json, retryAfter);
        json.WriteEndObject();
    }

    /// <summary>
    /// The documented event is flat and typed clients (.NET, Java) read that; the Python SDK raises and the JavaScript SDK keeps code and type
    /// only for a nested <c>error</c>, which OpenAI's own service sends. Both are there, so no client takes a cut answer for a complete one.
    /// </summary>
    private static void WriteResponsesEvent(Utf8JsonWriter json, Failure failure, long sequenceNumber)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteString("code"u8, failure.WireCode);
        json.WriteString("message"u8, failure.Message);
        json.WriteString("param"u8, failure.Param);
        json.WriteNumber("sequence_number"u8, sequenceNumber);
        WriteOpenAiError(json, failure, failure.RetryAfterSeconds);
        json.WriteEndObject();
    }

    private static void WriteAnthropic(Utf8JsonWriter json, Failure failure, long? retryAfter)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, AnthropicTypeOf(failure));
        json.WriteString("message"u8, failure.Message);
        WriteRetryAfter(json, retryAfter);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRetryAfter(Utf8JsonWriter json, long? seconds)
    {
        if (seconds is { } wait)
            json.WriteNumber("retry_after"u8, wait);
    }
}
