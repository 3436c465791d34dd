using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gateway.Simulator;

namespace Gateway.Tests.Simulator;

public sealed class FaultTests
{
    private const string LastChunk = "0\r\n\r\n";

    [Theory]
    [InlineData("sim/cut-after-3", null, false)]
    [InlineData("sim/reset-after-3", SocketError.ConnectionReset, false)]
    [InlineData("sim/end-after-3", null, true)]
    public async Task Stream_EndedByFault_EndsThatWayOnTheWire(string model, SocketError? error, bool wholeBody)
    {
        await using Replica replica = await Replica.StartAsync();
        using RawExchange exchange = await RawExchange.PostAsync(replica.Frontend.Address, Replica.ChatBody(model).Replace("{\"model\"", "{\"user\":\"u\",\"model\"", StringComparison.Ordinal));
        if (wholeBody)
        {
            await exchange.UntilAsync(LastChunk);
        }
        else
        {
            Assert.Equal(error, await exchange.ToEndAsync());
        }

        string text = exchange.Received.ToString();
        Assert.Equal(3, text.Split("\"content\":").Length - 1);
        Assert.EndsWith(wholeBody ? LastChunk : "\"usage\":null}\n\n\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        exchange.Dispose();
        await replica.Frontend.WaitForAsync(static frontend => frontend is { FailedGenerations: 1, ActiveGenerations: 0 }, Replica.Timeout);
    }

    [Fact]
    public async Task Stream_Cut_DeliversEverythingBeforeIt()
    {
        await using Replica replica = await Replica.StartAsync();
        for (int round = 0; round < 20; round++)
        {
            using RawExchange exchange = await RawExchange.PostAsync(replica.Frontend.Address, Replica.ChatBody("sim/cut-after-2000"));
            Assert.Null(await exchange.ToEndAsync());
            Assert.Equal(2000, exchange.Received.ToString().Split("\"content\":").Length - 1);
        }
    }

    [Theory]
    [InlineData("sim/error-first", "data: {\"error\":{\"message\":\"Internal server error\",\"type\":\"internal_server_error\",\"code\":500}}\n\ndata: [DONE]\n\n", 0)]
    [InlineData("sim/error-after-4", "data: {\"error\":{\"message\":\"Internal server error\",\"type\":\"internal_server_error\",\"code\":500}}\n\ndata: [DONE]\n\n", 4)]
    [InlineData("sim/error-event-first", "event: error\n: Internal server error\n\n", 0)]
    [InlineData("sim/error-event-after-4", "event: error\n: Internal server error\n\n", 4)]
    [InlineData("sim/fail-after-2", "event: error\n: Internal server error\n\n", 2)]
    public async Task Stream_Error_IsInTheStyleAskedFor(string model, string end, int contents)
    {
        await using Replica replica = await Replica.StartAsync(new() { Generation = DynamoGeneration.UpTo11 });
        (int status, string text) = await replica.TextAsync(Replica.ChatBody(model));

        Assert.Equal(200, status);
        Assert.EndsWith("\n\n" + end, text, StringComparison.Ordinal);
        Assert.Equal(contents, text.Split("\"content\":").Length - 1);
    }

    [Theory]
    [InlineData("sim/500", 500)]
    [InlineData("sim/502", 502)]
    [InlineData("sim/503", 503)]
    [InlineData("sim/504", 504)]
    [InlineData("sim/529", 529)]
    [InlineData("sim/401", 401)]
    [InlineData("sim/403", 403)]
    [InlineData("sim/429", 429)]
    [InlineData("sim/400-context", 400)]
    public async Task Status_Fault_AnswersFlatError(string model, int status)
    {
        await using Replica replica = await Replica.StartAsync();
        (int actual, string text) = await replica.TextAsync(Replica.ChatBody(model));

        Assert.Equal((status, status), (actual, JsonElement.Parse(text).GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task RetryAfter_Fault_SendsTheHeader()
    {
        await using Replica replica = await Replica.StartAsync();
        using HttpResponseMessage response = await replica.PostAsync(Replica.ChatBody("sim/429-retry-after-7"));

        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Redirect_And404Empty_HaveNoBody()
    {
        await using Replica replica = await Replica.StartAsync();
        using HttpResponseMessage redirect = await replica.PostAsync(Replica.ChatBody("sim/redirect"));

        Assert.Equal((302, "/elsewhere"), ((int)redirect.StatusCode, redirect.Headers.Location!.ToString()));
        Assert.Equal((404, ""), await replica.TextAsync(Replica.ChatBody("sim/404-empty")));
    }

    [Theory]
    [InlineData("sim/html", "text/html")]
    [InlineData("sim/not-json", "application/json")]
    public async Task Body_Fault_IsNoAnswer(string model, string contentType)
    {
        await using Replica replica = await Replica.StartAsync();
        using HttpResponseMessage response = await replica.PostAsync(Replica.ChatBody(model));

        Assert.Equal((200, contentType), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        string text = await Replica.ReadAsync(response);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"stream\":true")]
    public async Task Gzip_Fault_CompressesTheAnswer(string stream)
    {
        await using Replica replica = await Replica.StartAsync();
        using HttpResponseMessage response = await replica.PostAsync(Replica.ChatBody("sim/gzip", stream));

        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
        using var text = new StreamReader(new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        Assert.Contains("\"finish_reason\":\"stop\"", await text.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sim/short-body", "")]
    [InlineData("sim/cut-after-3", "")]
    [InlineData("sim/short-body", ",\"stream\":true")]
    public async Task ShortBody_Fault_BreaksThePromise(string model, string stream)
    {
        await using Replica replica = await Replica.StartAsync();
        using HttpResponseMessage response = await replica.PostAsync(Replica.ChatBody(model, stream));

        Assert.Equal(200, (int)response.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => Replica.ReadAsync(response));
    }

    [Fact]
    public async Task Malformed_Fault_AddsOneBrokenEventAndKeepsTheText()
    {
        await using Replica replica = await Replica.StartAsync();
        string[] broken = await replica.EventsAsync(Replica.ChatBody("sim/malformed-at-3"));
        string[] whole = await replica.EventsAsync(Replica.ChatBody());

        Assert.Equal(whole.Length + 1, broken.Length);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(broken[3][6..]));
        Assert.Equal(ChatStreamTests.Contents(Replica.ParseChunks(whole), 0), ChatStreamTests.Contents(Replica.ParseChunks(broken.Where((_, i) => i != 3)), 0));
    }

    [Theory]
    [InlineData("sim/dribble")]
    [InlineData("sim/crlf")]
    [InlineData("sim/comments")]
    [InlineData("sim/no-done")]
    [InlineData("sim/set-cookie")]
    [InlineData("sim/normal")]
    public async Task Spelling_Faults_LeaveTheTextAsItIs(string model)
    {
        await using Replica replica = await Replica.StartAsync(new() { OutputTokens = 12 });
        (_, string text) = await replica.TextAsync(Replica.ChatBody(model));
        string expected = SimulatedText.Expect(replica.Options, Replica.Chat, Encoding.UTF8.GetBytes(Replica.ChatBody())).Single().Content;

        string end = model == "sim/crlf" ? "\r\n\r\n" : "\n\n";
        Assert.Equal(expected, string.Concat(ChatStreamTests.Contents(Replica.ParseChunks(text.Split(end)), 0)));
        Assert.Equal(model != "sim/no-done", text.EndsWith($"data: [DONE]{end}", StringComparison.Ordinal));
        Assert.Equal(model == "sim/comments", text.Contains($"{end}:{end}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dribble_Fault_WritesSingleBytes()
    {
        await using Replica replica = await Replica.StartAsync(new() { OutputTokens = 2 });
        using RawExchange exchange = await RawExchange.PostAsync(replica.Frontend.Address, Replica.ChatBody("sim/dribble"));
        await exchange.UntilAsync("\r\n" + LastChunk);

        Assert.Contains("\r\n1\r\nd\r\n1\r\na\r\n1\r\nt\r\n1\r\na\r\n1\r\n:\r\n", exchange.Received.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sim/no-usage", 0, true)]
    [InlineData("sim/usage-each", 9, true)]
    [InlineData("sim/usage-last", 1, false)]
    [InlineData("sim/normal", 1, true)]
    public async Task Usage_Faults_MoveUsage(string model, int withUsage, bool emptyOrNone)
    {
        await using Replica replica = await Replica.StartAsync(new() { OutputTokens = 7 });
        JsonElement[] chunks = await replica.ChunksAsync(Replica.ChatBody(model, ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        JsonElement[] carriers = [.. chunks.Where(static chunk => chunk.GetProperty("usage").ValueKind == JsonValueKind.Object)];
        Assert.Equal(withUsage, carriers.Length);
        Assert.Equal(emptyOrNone, carriers.Length == 0 || carriers[^1].GetProperty("choices").GetArrayLength() == 0);
    }

    [Fact]
    public async Task BigChunk_Fault_FillsEveryChunk()
    {
        await using Replica replica = await Replica.StartAsync();
        string[] contents = ChatStreamTests.Contents(await replica.ChunksAsync(Replica.ChatBody("sim/big-chunk-100")), 0);

        Assert.Equal([100 * 1024, 100 * 1024, 100 * 1024, 100 * 1024], contents.Select(static content => content.Length));
    }

    [Fact]
    public async Task SetCookie_Fault_AddsForeignHeaders()
    {
        await using Replica replica = await Replica.StartAsync();
        using HttpResponseMessage response = await replica.PostAsync(Replica.ChatBody("sim/set-cookie"));
        using HttpResponseMessage plain = await replica.PostAsync(Replica.ChatBody());

        Assert.All(["set-cookie", "server", "via", "x-ratelimit-limit-requests"], name => Assert.True(response.Headers.Contains(name), name));
        Assert.False(plain.Headers.Contains("server"));
    }

    [Fact]
    public async Task Faults_Combined_AllApply()
    {
        await using Replica replica = await Replica.StartAsync();
        string[] events = await replica.EventsAsync(Replica.ChatBody("sim/reasoning-2+end-after-3"));

        Assert.Equal(["role", "reasoning_content", "reasoning_content", "content"],
            Replica.ParseChunks(events).Select(static chunk => chunk.GetProperty("choices")[0].GetProperty("delta").EnumerateObject().Single().Name));
    }

    [Fact]
    public void Catalogue_EveryEntry_IsKnownByItsDisplayedName()
    {
        Assert.All(FaultCatalog.All, static fault => Assert.True(FaultCatalog.IsKnown(fault.Name.Replace("[-N]", "-3", StringComparison.Ordinal).Replace("-N", "-3", StringComparison.Ordinal)), fault.Name));
        Assert.Equal(FaultCatalog.All.Count, FaultCatalog.All.DistinctBy(static fault => fault.Name).Count());
        Assert.All(["sim/cut-after", "sim/cut-after-x", "sim/stall-", "sim/", "", "sim/500+nope"], static name => Assert.False(FaultCatalog.IsKnown(name), name));
    }
}
