using Gateway.Failures;
using Gateway.Relay;
using Gateway.Sockets;
using Gateway.Streaming.Keepalive;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Relay;

/// <summary>Who frames the body has to end it, or to break it off: the server does neither.</summary>
public sealed class ClientStreamTests : IDisposable
{
    private const string LastChunk = "\r\n0\r\n\r\n";

    private readonly BlockWriter _output = new();
    private readonly DefaultHttpContext _http = new();
    private readonly AbortNote _aborts = new();
    private readonly MemoryStream _body = new();
    private readonly Wake _wake = new();
    private readonly StreamTimer _timer;

    public ClientStreamTests()
    {
        _timer = new(TimeProvider.System, _wake);
        _http.Request.Protocol = "HTTP/1.1";
        _http.Response.Body = _body;
        _http.Features.Set<IDirectOutput>(_output);
        _http.Features.Set<IHttpRequestLifetimeFeature>(_aborts);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _body.Dispose();
    }

    [Fact]
    public async Task Finish_WholeAnswer_EndsWithOneLastChunk()
    {
        using (ClientStream client = await CommittedAsync())
            await client.FinishAsync(addDone: true);
        Assert.Equal("chunked", _http.Response.Headers.TransferEncoding);
        Assert.Equal("000e\r\ndata: [DONE]\n\n" + LastChunk, _output.Written);
        Assert.False(_aborts.WasAborted);
    }

    [Fact]
    public async Task Fail_Committed_EndsWithTheErrorEventAndTheLastChunk()
    {
        using (ClientStream client = await CommittedAsync())
            await client.FailAsync(new(FailureCode.IdleTimeout, "Too slow."));
        Assert.Contains("idle_timeout", _output.Written);
        Assert.EndsWith("\n\n" + LastChunk, _output.Written);
        Assert.False(_aborts.WasAborted);
    }

    [Fact]
    public async Task Dispose_NeitherFinishedNorFailed_BreaksTheAnswerOff()
    {
        (await CommittedAsync()).Dispose();
        Assert.True(_aborts.WasAborted);
    }

    [Fact]
    public void Dispose_NothingCommitted_LeavesTheConnection()
    {
        NewClient().Dispose();
        Assert.False(_aborts.WasAborted);
    }

    [Fact]
    public async Task Commit_Http10_IsNotFramed()
    {
        _http.Request.Protocol = "HTTP/1.0";
        using (ClientStream client = await CommittedAsync())
            await client.FinishAsync(addDone: true);
        Assert.Empty(_output.Written);
        Assert.Empty(_http.Response.Headers.TransferEncoding.ToString());
        Assert.Equal("data: [DONE]\n\n"u8, _body.ToArray());
    }

    [Fact]
    public async Task Commit_HeadCannotBeWritten_LeavesTheConnectionAndItsFramingToTheServer()
    {
        _http.Features.Set<IHttpResponseBodyFeature>(new UnwritableHead(_body));
        using (ClientStream client = NewClient())
            await Assert.ThrowsAsync<InvalidOperationException>(() => client.CommitAsync().AsTask());
        Assert.Empty(_http.Response.Headers.TransferEncoding.ToString());
        Assert.False(_aborts.WasAborted);
    }

    private async Task<ClientStream> CommittedAsync()
    {
        ClientStream client = NewClient();
        await client.CommitAsync();
        return client;
    }

    private ClientStream NewClient() => new(_http, Endpoint.ChatCompletions, _wake, _timer, new(TimeSpan.Zero, TimeSpan.Zero), static () => KeepaliveFrame.Comment);

    private sealed class UnwritableHead(Stream body) : StreamResponseBodyFeature(body)
    {
        public override Task StartAsync(CancellationToken cancellationToken = default) => Task.FromException(new InvalidOperationException("A header is not ASCII."));
    }

    private sealed class AbortNote : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool WasAborted { get; private set; }

        public void Abort() => WasAborted = true;
    }
}
