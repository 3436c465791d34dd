using System.Buffers;
using System.Text;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Failures;
using Gateway.Streaming.Requests;
using Gateway.Telemetry;
using Gateway.Upstream.Adaptation;
using Gateway.Upstream.Dialects;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>The bytes of one attempt: the head, and the body with the provider's edits. One pooled buffer; the client's body is never changed.</summary>
internal sealed class UpstreamRequest : IDisposable
{
    private const string Json = "application/json";

    // Build neither waits nor calls itself, so one per thread is enough.
    [ThreadStatic]
    private static BodyEdits? _spareEdits;

    private readonly PooledBuffer _buffer = new();
    private BodyEdits _edits = null!;

    /// <summary>Whether the usage chunk has to be taken out of the stream again.</summary>
    internal bool UsageWasInjected { get; private set; }

    /// <summary>Sent with the provider's correlation header; null without one.</summary>
    internal string? CorrelationId { get; private set; }

    /// <summary>Why this candidate cannot be asked; nothing was built.</summary>
    internal Failure? Refusal { get; private set; }

    /// <summary>Of a body that leaves together with it, the body too.</summary>
    internal ReadOnlyMemory<byte> Head { get; private set; }

    internal ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Builds the attempt for one candidate, without the fields its model refuses.</summary>
    internal void Build(UpstreamCall call, in Candidate candidate, Credential credential, Random random, RefusedFields refused = RefusedFields.None)
    {
        _edits = _spareEdits ??= new();
        Replica replica = candidate.Replica;
        if (call.Upload is { } upload)
        {
            upload.NameModel(candidate.Model);
            WriteHead(call, candidate, credential, PathOf(call, candidate), upload.ContentType, upload.Body.Length, random);
            Head = _buffer.Written;
            return;
        }

        if (call.Endpoint == Endpoint.Speech && replica.Provider.Options.Speech == SpeechDialect.Riva)
        {
            BuildSpeech(call, candidate, credential, random);
            return;
        }

        UpstreamRequestOptions options = replica.Provider.Options.Request;
        Edit(call, candidate.Model, options, refused);
        ReadOnlySpan<byte> original = call.Body.Span;
        WriteHead(call, candidate, credential, PathOf(call, candidate), Json, _edits.Length, random);
        int headLength = _buffer.Written.Length;
        bool leavesAtOnce = headLength + _edits.Length <= Http1Limits.FirstSendBytes;
        if (!_edits.IsEmpty)
            _edits.WriteTo(original, _buffer);
        else if (leavesAtOnce)
            _buffer.Write(original);
        Head = leavesAtOnce ? _buffer.Written : _buffer.Written[..headLength];
        Body = leavesAtOnce ? default : _edits.IsEmpty ? call.Body : _buffer.Written[headLength..];
    }

    private static string PathOf(UpstreamCall call, in Candidate candidate) => candidate.Replica.Provider.Dialect.PathOf(call.Endpoint, candidate.Model);

    private void BuildSpeech(UpstreamCall call, in Candidate candidate, Credential credential, Random random)
    {
        using PooledBuffer form = new();
        RivaForm riva = new(random);
        Refusal = riva.Write(call.Body.Span, call.Fields, form);
        if (Refusal is not null)
            return;
        WriteHead(call, candidate, credential, RivaForm.Path, riva.ContentType, form.Written.Length, random);
        int headLength = _buffer.Written.Length;
        _buffer.Write(form.Written.Span);
        Head = _buffer.Written[..headLength];
        Body = _buffer.Written[headLength..];
    }

    private void Edit(UpstreamCall call, string model, UpstreamRequestOptions options, RefusedFields refused)
    {
        _edits.Begin(call.Fields);
        RequestRewriter rewriter = new(call.Body.Span, _edits);
        if (!string.Equals(call.Fields.Model, model, StringComparison.Ordinal))
            rewriter.SetModel(model);
        if (call.Endpoint is Endpoint.ChatCompletions or Endpoint.Completions)
            EditStreamOptions(call, rewriter, options.StreamOptions, refused);
        if (refused != RefusedFields.None)
            RefusableFields.LeaveOut(refused, call, options, rewriter);
        if (options.MaxTokensField != MaxTokensField.Keep)
            rewriter.RenameMaxTokens(options.MaxTokensField == MaxTokensField.MaxTokens ? RequestField.MaxTokens : RequestField.MaxCompletionTokens);
        foreach (string field in options.DropFields)
            rewriter.DropField(Encoding.UTF8.GetBytes(field));
    }

    private void EditStreamOptions(UpstreamCall call, RequestRewriter rewriter, StreamOptionsMode mode, RefusedFields refused)
    {
        bool injects = mode == StreamOptionsMode.Inject || (mode == StreamOptionsMode.Pass && call.KeepsUsage) || (mode == StreamOptionsMode.Adaptive && !refused.HasFlag(RefusedFields.StreamOptions));
        UsageWasInjected = call.IsStream && injects && call.Fields.IncludeUsage != true;
        if (UsageWasInjected)
            rewriter.InjectIncludeUsage();
        else if (mode == StreamOptionsMode.Drop || (mode is StreamOptionsMode.Inject or StreamOptionsMode.Adaptive && !call.IsStream))
            rewriter.DropStreamOptions();
    }

    /// <param name="call">What is asked.</param>
    /// <param name="candidate">Of whom.</param>
    /// <param name="credential">What the upstream knows us by.</param>
    /// <param name="path">Below the base URL.</param>
    /// <param name="contentType">Of the body.</param>
    /// <param name="length">Of the body; null: chunked.</param>
    /// <param name="random">For the correlation id.</param>
    private void WriteHead(UpstreamCall call, in Candidate candidate, Credential credential, string path, string contentType, long? length, Random random)
    {
        UpstreamRequestOptions options = candidate.Replica.Provider.Options.Request;
        RequestHeadWriter head = new(_buffer);
        BeginHead(head, call, candidate, credential, path, contentType);
        if (!options.HasHeader("x-request-id"))
            head.Header("x-request-id"u8, call.RequestId);
        ForwardedHeaders.Write(call.Headers, options, isTrusted: call.TenantId is null, head);
        if (options.TenantHeader && call.TenantId is { } tenant)
            head.Header("x-tenant-id"u8, tenant);
        if (call.Headers.UserAgent.Count == 0 && !options.HasHeader("User-Agent"))
            head.Header("User-Agent"u8, ProductName.UserAgent);
        if (options.CorrelationIdHeader is { } name)
        {
            CorrelationId = NewCorrelationId(random);
            head.Header(Encoding.ASCII.GetBytes(name), CorrelationId);
        }

        if (length is { } known)
            head.ContentLength(known);
        else
            head.Chunked();
        head.End();
    }

    /// <summary>What differs by endpoint and credential alone, unless the client has a query or the path names the model.</summary>
    private void BeginHead(RequestHeadWriter head, UpstreamCall call, in Candidate candidate, Credential credential, string path, string contentType)
    {
        Replica replica = candidate.Replica;
        IDialect dialect = replica.Provider.Dialect;
        bool isKnown = call.Query.Length == 0 && !dialect.PathNamesModel && ReferenceEquals(contentType, Json);
        if (isKnown && replica.Heads.TryWrite(call.Endpoint, credential, _buffer))
            return;
        StartLine(head, replica, path, dialect.QueryOf(call.Endpoint, call.Query), dialect.QueryOf(call.Endpoint, ""), "POST"u8);
        head.Header("Content-Type"u8, contentType);
        WriteProviderHeaders(head, replica.Provider, credential);
        if (isKnown)
            replica.Heads.Keep(call.Endpoint, credential, _buffer.Written.Span);
    }

    /// <summary>Headers that every request to a provider carries, listings included.</summary>
    internal static void WriteProviderHeaders(RequestHeadWriter head, Provider provider, Credential credential)
    {
        head.Header("Accept-Encoding"u8, "identity"u8);
        if (!credential.IsNone)
            head.Header(credential.Header, credential.Value.Reveal());
        foreach (KeyValuePair<string, Secret> header in provider.Options.Request.Headers)
            head.Header(Encoding.ASCII.GetBytes(header.Key), header.Value.Reveal());
    }

    /// <param name="head">Takes it.</param>
    /// <param name="replica">Whose base path and host.</param>
    /// <param name="path">Below the base path.</param>
    /// <param name="query">With its question mark, or empty.</param>
    /// <param name="ownQuery">What of it is the gateway's own.</param>
    /// <param name="method">GET or POST.</param>
    internal static void StartLine(RequestHeadWriter head, Replica replica, string path, string query, string ownQuery, ReadOnlySpan<byte> method)
    {
        string target = replica.PathPrefix.Length + query.Length == 0 ? path : string.Concat(replica.PathPrefix, path, query);
        Span<byte> ascii = stackalloc byte[512];
        scoped ReadOnlySpan<byte> bytes = target.Length <= ascii.Length && Encoding.ASCII.TryGetBytes(target, ascii, out int written)
            ? ascii[..written]
            : Encoding.ASCII.GetBytes(target);
        // A query that cannot be written as it is must not stop the request: it is the only part the client chose.
        if (!head.Start(method, bytes, replica.HostHeader))
            head.Start(method, Encoding.ASCII.GetBytes(string.Concat(replica.PathPrefix, path, ownQuery)), replica.HostHeader);
    }

    private static string NewCorrelationId(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    public void Dispose() => _buffer.Dispose();
}
