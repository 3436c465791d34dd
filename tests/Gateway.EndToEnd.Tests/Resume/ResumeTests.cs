using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Resume;

/// <summary>A stream that breaks after content goes on from another replica, or ends in an error event (failures.md, rows 8, 9, 14).</summary>
public sealed class ResumeTests(ResumingGateway gateway) : IClassFixture<ResumingGateway>
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData("normal", "end-after")]
    [InlineData("normal", "cut-after")]
    [InlineData("normal", "reset-after")]
    [InlineData("escapes", "cut-after")]
    [InlineData("tricky", "cut-after")]
    [InlineData("tools", "cut-after")]
    [InlineData("usage-each", "cut-after")]
    public async Task Stream_CutAfterAnyChunk_GoesOnAsOneAnswer(string kind, string ending)
    {
        Assembled expected = Assembled.Of(await AskAsync(gateway.Whole.Address, kind, "v1"));
        Assert.NotEmpty(expected.Text);
        for (int chunks = 1; chunks <= 16; chunks++)
        {
            gateway.Breaking.SetFault($"{ending}-{chunks}");
            string stream = await AskAsync(gateway.Gateway.Address, kind, "v1");
            Assembled answer = Assembled.Of(stream);
            Assert.True(expected.Text == answer.Text && expected.Finishes == answer.Finishes, $"cut after {chunks}:\n{stream}");
            Assert.Equal((1, 1, null), (answer.Ids, answer.Dones, answer.ErrorCode));
            await WellAsync();
        }
    }

    [Fact]
    public async Task Stream_StallsAfterContent_KeepsTheClientAliveAndGoesOn()
    {
        Assembled expected = Assembled.Of(await AskAsync(gateway.Whole.Address, "normal", "v1"));
        gateway.Breaking.SetFault("stall-after-4");
        string stream = await AskAsync(gateway.Gateway.Address, "normal", "v1");
        Assert.Equal(expected.Text, Assembled.Of(stream).Text);
        Assert.Contains("keepalive", stream, StringComparison.Ordinal);
        await WellAsync();
    }

    [Fact]
    public async Task Stream_WithUsage_HasItOnce()
    {
        gateway.Breaking.SetFault("cut-after-5");
        Assembled answer = Assembled.Of(await AskAsync(gateway.Gateway.Address, "normal", "v1", ",\"stream_options\":{\"include_usage\":true}"));
        Assert.Equal((1, 1), (answer.Usages, answer.Dones));
        await WellAsync();
    }

    [Fact]
    public async Task Stream_OtherReplicaSaysSomethingElse_EndsInTheErrorEvent()
    {
        gateway.Breaking.SetFault("cut-after-5");
        Assembled answer = Assembled.Of(await AskAsync(gateway.Gateway.Address, "normal", "router/diverging/v1"));
        Assert.Equal(("upstream_incomplete", 0, ""), (answer.ErrorCode, answer.Dones, answer.Finishes));
        Assert.True(await gateway.Gateway.MetricAsync("gateway_resumes_total", "result=\"diverged\"") >= 1);
        await WellAsync();
    }

    [Theory]
    [InlineData(",\"store\":true")]
    [InlineData(",\"logprobs\":true")]
    public async Task Stream_ThatMustNotBeResumed_EndsInTheErrorEvent(string extra)
    {
        gateway.Breaking.SetFault("cut-after-5");
        Assembled answer = Assembled.Of(await AskAsync(gateway.Gateway.Address, "normal", "v1", extra));
        Assert.Equal(("upstream_incomplete", 0), (answer.ErrorCode, answer.Dones));
        await WellAsync();
    }

    [Fact]
    public async Task Stream_ErrorEventAfterContent_IsTheClientsToSee()
    {
        gateway.Breaking.SetFault("error-after-5");
        Assembled answer = Assembled.Of(await AskAsync(gateway.Gateway.Address, "normal", "v1"));
        Assert.Equal(("upstream_failed", 0), (answer.ErrorCode, answer.Dones));
        await WellAsync();
    }

    [Fact]
    public async Task Log_OfAResumedStream_NamesBothAttempts()
    {
        gateway.Breaking.SetFault("cut-after-5");
        string id = $"resumed-{Guid.NewGuid():N}";
        await AskAsync(gateway.Gateway.Address, "normal", "v1", requestId: id);
        JsonElement log = await gateway.Gateway.LogOfAsync(id);
        Assert.Equal(
            ["breaking:ok", "whole:ok:resume"],
            log.GetProperty("attempts").EnumerateArray().Select(attempt => $"{attempt.GetProperty("provider")}:{attempt.GetProperty("result")}{(attempt.TryGetProperty("kind", out JsonElement kind) ? ":" + kind : "")}"));
        Assert.Equal(("ok", "whole"), (log.GetProperty("outcome").GetString(), log.GetProperty("provider").GetString()));
        await WellAsync();
    }

    /// <summary>A whole answer in between keeps the breaking replica from being ejected: it is what the next test breaks.</summary>
    private async Task WellAsync()
    {
        gateway.Breaking.SetFault(null);
        for (int i = 0; i < 2; i++)
            Assert.Equal(1, Assembled.Of(await AskAsync(gateway.Gateway.Address, "normal", "router/alone/v1")).Dones);
    }

    private static async Task<string> AskAsync(Uri address, string kind, string path, string extra = "", string? requestId = null)
    {
        string model = kind == "normal" ? ResumingGateway.Model : $"sim/{kind}";
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(address, path + "/chat/completions"))
        {
            Content = new StringContent($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Go on"}],"stream":true{{extra}}}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        if (requestId is not null)
            request.Headers.Add("x-request-id", requestId);
        using HttpResponseMessage response = await Http.SendAsync(request);
        string body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        Assert.True(response.IsSuccessStatusCode, body);
        return body;
    }
}
