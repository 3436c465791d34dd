using Gateway.Streaming;
using Gateway.Streaming.Requests;
using Gateway.Streaming.Resume;
using Microsoft.AspNetCore.Http;

namespace Gateway.Upstream;

/// <summary>What is to be asked of whichever replica: the client's request without the client.</summary>
internal sealed class UpstreamCall
{
    public required Endpoint Endpoint { get; init; }

    /// <summary>As the client names it, in the body or in the path.</summary>
    public required string Model { get; init; }

    /// <summary>The client's body, as it came; valid while <see cref="BodyOwner"/> is held.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Frees the body when the last attempt that reads it is over.</summary>
    public required Retained BodyOwner { get; init; }

    /// <summary>Where things are in <see cref="Body"/>.</summary>
    public required RequestFields Fields { get; init; }

    /// <summary>The client's headers; <see cref="ForwardedHeaders"/> says which go on.</summary>
    public required IHeaderDictionary Headers { get; init; }

    /// <summary>The client's query string with its question mark, or empty.</summary>
    public required string Query { get; init; }

    public required string RequestId { get; init; }

    /// <summary>The id of the client's key; null where no keys are configured.</summary>
    public string? TenantId { get; init; }

    /// <summary>False when the client said so (<c>x-gateway-hedge: off</c>) or the request has side effects.</summary>
    public required bool MayBeHedged { get; init; }

    /// <summary>A form that goes on while it arrives; null: <see cref="Body"/> is whole.</summary>
    public FormUpload? Upload { get; init; }

    /// <summary>The answer goes through as it comes; what was asked once is not asked again.</summary>
    public bool PassesThrough => Endpoint.PassesThrough();

    /// <summary>Usage is asked for and stays in the stream: it is for others than this client too.</summary>
    public bool KeepsUsage { get; init; }

    /// <summary>Whether the answer is relayed event by event.</summary>
    public bool IsStream => Fields.Stream && !PassesThrough;

    /// <summary>Choices whose finish reason makes the answer complete.</summary>
    public int ExpectedChoices => (int)Math.Min(Fields.ExpectedChoices, int.MaxValue);

    /// <summary>What the client has of the answer, where a broken stream may be resumed; else null.</summary>
    public AnswerRecord? Record { get; init; }

    /// <summary>Whether attempts go on with the answer in <see cref="Record"/> rather than start one.</summary>
    internal bool Resumes { get; set; }

    /// <summary>The request itself needs its body no more.</summary>
    internal void DropBody() => BodyOwner.Drop();

    internal void Retain() => BodyOwner.Retain();

    internal void Release() => BodyOwner.Dispose();

    internal static string PathOf(Endpoint endpoint) => endpoint switch
    {
        Endpoint.ChatCompletions => "/v1/chat/completions",
        Endpoint.Completions => "/v1/completions",
        Endpoint.Embeddings => "/v1/embeddings",
        Endpoint.Responses => "/v1/responses",
        Endpoint.CountTokens => "/v1/messages/count_tokens",
        Endpoint.Rerank => "/v1/rerank",
        Endpoint.Classify => "/v1/classify",
        Endpoint.Speech => "/v1/audio/speech",
        Endpoint.Transcriptions => "/v1/audio/transcriptions",
        Endpoint.Translations => "/v1/audio/translations",
        Endpoint.Images => "/v1/images/generations",
        _ => "/v1/messages",
    };
}
