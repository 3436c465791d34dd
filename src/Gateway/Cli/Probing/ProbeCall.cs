using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Requests;
using Gateway.Streaming.Requests;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway.Cli.Probing;

/// <summary>The small request that a probe makes, as if a client had sent it: whatever a provider edits, adds or translates happens to it too.</summary>
internal static class ProbeCall
{
    /// <summary>The least that every upstream accepts.</summary>
    private const int MaxTokens = 16;

    internal static UpstreamCall Create(string model, bool isStream)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""
            {"model":"{{JsonEncodedText.Encode(model)}}","messages":[{"role":"user","content":"Reply with the single word: pong"}],"max_tokens":{{MaxTokens}},"stream":{{(isStream ? "true" : "false")}}}
            """);
        InboundRequest request = new(body.Length);
        request.Append(new ReadOnlySequence<byte>(body));
        if (RequestScanner.Scan(request.Body.Span, Endpoint.ChatCompletions, request.Fields) is { } error)
            throw new InvalidOperationException($"The probe's own request is wrong: {error}");
        return new()
        {
            Endpoint = Endpoint.ChatCompletions,
            Model = model,
            Body = request.Body,
            BodyOwner = request,
            Fields = request.Fields,
            Headers = new HeaderDictionary(),
            Query = "",
            RequestId = isStream ? "gateway-probe-stream" : "gateway-probe",
            MayBeHedged = false,
        };
    }
}
