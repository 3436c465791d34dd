using System.IO.Pipelines;
using System.Text;
using Gateway.Failures;
using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

public sealed class StreamedBodyTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private readonly Pipe _client = new();
    private readonly StubJudge _judge = new();

    [Fact]
    public async Task Send_WhileItArrives_TheUpstreamHasEachPieceAtOnce()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        StreamedBody body = Body("ahead-", 12);
        Task<Http1Exchange> sending = SendAsync(pool, body);
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(Head(body).Length + "ahead-".Length);
        await WriteAsync("later!");
        await _client.Writer.CompleteAsync();
        Assert.EndsWith("\r\n\r\nahead-later!", await connection.ReadRequestAsync(), StringComparison.Ordinal);
        await connection.WriteAsync(Answer);

        using (Http1Exchange exchange = await sending)
            Assert.Equal(("hi", ReadStatus.End), await exchange.Body.ReadAllAsync());
        await body.DisposeAsync();
        Assert.Equal((true, 12L, 1), (body.WasSent, body.Taken, pool.IdleConnections));
    }

    [Fact]
    public async Task Send_WithoutLength_IsChunked()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        StreamedBody body = Body("ahead", null);
        Task<Http1Exchange> sending = SendAsync(pool, body);
        using ServerConnection connection = await server.AcceptAsync();
        await WriteAsync(new string('x', 20_000));
        await _client.Writer.CompleteAsync();
        const int Block = StreamedBody.BufferBytes - 8;
        string expected = $"0005\r\nahead\r\n{Block:X4}\r\n{new string('x', Block)}\r\n{20_000 - Block:X4}\r\n{new string('x', 20_000 - Block)}\r\n0\r\n\r\n";
        Assert.EndsWith("\r\n\r\n" + expected, await ReadAsync(connection, Head(body).Length + expected.Length), StringComparison.Ordinal);
        await connection.WriteAsync(Answer);
        (await sending).Dispose();
        await body.DisposeAsync();
    }

    [Fact]
    public async Task Send_WithASplice_HasTheOtherTextAndItsLength()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        StreamedBody body = Body("model=p/m;file=", 20);
        body.Splice = new(6, 3, "m"u8.ToArray());
        await WriteAsync("audio");
        await _client.Writer.CompleteAsync();
        Task<Http1Exchange> sending = SendAsync(pool, body);
        using ServerConnection connection = await server.AcceptAsync();
        string request = await connection.ReadRequestAsync();
        Assert.Contains("Content-Length: 18\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nmodel=m;file=audio", request, StringComparison.Ordinal);
        await connection.WriteAsync(Answer);
        (await sending).Dispose();
        await body.DisposeAsync();
    }

    /// <summary>The client says nothing more: neither the answer nor the end waits for it.</summary>
    [Theory]
    [InlineData("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n", 413)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200)]
    public async Task Send_AnsweredBeforeItsEnd_GivesTheAnswerAndKeepsNoConnection(string answer, int status)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        StreamedBody body = Body("ahead", 1000);
        Task<Http1Exchange> sending = SendAsync(pool, body);
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(Head(body).Length + 5);
        await connection.WriteAsync(answer);
        using (Http1Exchange exchange = await sending)
            Assert.Equal(status, exchange.Response.StatusCode);
        await body.DisposeAsync();
        Assert.Equal((false, 0), (body.WasSent, pool.OpenConnections));
        await connection.ClosedAsync();
        Assert.Null(body.ClientFailure);
    }

    [Fact]
    public async Task Send_TheClientsSideBreaks_ClosesTheConnectionAndSaysWhy()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        StreamedBody body = Body("ahead", 1000);
        Task<Http1Exchange> sending = SendAsync(pool, body);
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(Head(body).Length + 5);
        await _client.Writer.CompleteAsync(new IOException("gone"));
        await connection.ClosedAsync();
        await Exchanges.FailureOf(sending);
        await body.DisposeAsync();
        Assert.Equal("gone", body.ClientFailure!.Message);
    }

    [Fact]
    public async Task Send_TheJudgeRefuses_NothingOfThatPieceLeaves()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        _judge.Limit = 10;
        StreamedBody body = Body("ahead", null);
        Task<Http1Exchange> sending = SendAsync(pool, body);
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(Head(body).Length + 5);
        await WriteAsync("beyond");
        await connection.ClosedAsync();
        await Exchanges.FailureOf(sending);
        await body.DisposeAsync();
        Assert.Equal(("too much", 11L), (body.ClientFailure!.Message, body.Taken));
    }

    /// <summary>A connection that its peer may be about to close would take the beginning with it.</summary>
    [Fact]
    public async Task Send_AnIdleConnectionIsThere_AFreshOneIsOpened()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server, static options => options with { MaxConnections = 1 });
        (Http1Exchange first, ServerConnection idle) = await pool.AnsweredAsync(server, Answer);
        await first.Body.ReadAllAsync();
        first.Dispose();
        await _client.Writer.CompleteAsync();
        StreamedBody body = Body("all", 3);
        Task<Http1Exchange> sending = SendAsync(pool, body);
        using ServerConnection fresh = await server.AcceptAsync();
        await fresh.ReadRequestAsync();
        await fresh.WriteAsync(Answer);
        (await sending).Dispose();
        await body.DisposeAsync();
        Assert.False(await idle.ClosedAsync());
        idle.Dispose();
    }

    [Fact]
    public async Task Send_NobodyConnected_TakesNothingFromTheClient()
    {
        var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        server.Dispose();
        await WriteAsync("kept");
        StreamedBody body = Body("", 4);
        Assert.Equal(TransportFailure.ConnectRefused, await Exchanges.FailureOf(SendAsync(pool, body)));
        await body.DisposeAsync();
        Assert.True(_client.Reader.TryRead(out ReadResult result));
        Assert.Equal((4L, 0L), (result.Buffer.Length, body.Taken));
    }

    [Fact]
    public async Task MayBeAnswered_JudgeSaysNo_IsTheClientsFailure()
    {
        StreamedBody body = Body("", 4);
        Assert.True(body.MayBeAnswered());
        Assert.Null(body.ClientFailure);

        _judge.OfAnswer = new(FailureCode.MissingModel, "of what?");
        Assert.False(body.MayBeAnswered());
        Assert.Same(_judge.OfAnswer, body.ClientFailure);
        await body.DisposeAsync();
    }

    /// <summary>What went wrong first is what the client is told, also when the judge has nothing against the answer.</summary>
    [Fact]
    public async Task MayBeAnswered_BodyHasFailed_IsNoAndKeepsTheReason()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        _judge.Limit = 3;
        StreamedBody body = Body("", 4);
        Task<Http1Exchange> sending = SendAsync(pool, body);
        using ServerConnection connection = await server.AcceptAsync();
        await WriteAsync("long");
        await connection.ClosedAsync();
        await Exchanges.FailureOf(sending);

        _judge.OfAnswer = new(FailureCode.MissingModel, "of what?");
        Assert.False(body.MayBeAnswered());
        Assert.Equal(FailureCode.RequestTooLarge, body.ClientFailure!.Code);
        await body.DisposeAsync();
    }

    private StreamedBody Body(string ahead, long? length) => new(_client.Reader, Encoding.ASCII.GetBytes(ahead), isWhole: false, length, _judge);

    private static byte[] Head(StreamedBody body) => Encoding.ASCII.GetBytes(
        $"POST / HTTP/1.1\r\nHost: a\r\n{(body.Length is { } length ? $"Content-Length: {length}" : "Transfer-Encoding: chunked")}\r\n\r\n");

    private static Task<Http1Exchange> SendAsync(Http1Pool pool, StreamedBody body) => pool.SendStreamedAsync(Head(body), body, CancellationToken.None).AsTask();

    private static async Task<string> ReadAsync(ServerConnection connection, int bytes)
    {
        await connection.ReadAtLeastAsync(bytes);
        return connection.Received;
    }

    private async Task WriteAsync(string text) => await _client.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));

    private sealed class StubJudge : IBodyJudge
    {
        internal long Limit { get; set; } = long.MaxValue;

        internal Failure? OfAnswer { get; set; }

        public Failure? Judge(ReadOnlySpan<byte> bytes, long total) => total > Limit ? new(FailureCode.RequestTooLarge, "too much") : null;

        public Failure? JudgeAnswer() => OfAnswer;

        public Failure Explain(Exception exception) => new(FailureCode.ClientClosed, exception.Message);
    }
}
