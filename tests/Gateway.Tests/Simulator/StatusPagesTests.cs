using System.Text.Json;
using Gateway.Simulator;

namespace Gateway.Tests.Simulator;

public sealed class StatusPagesTests
{
    [Fact]
    public async Task Models_Default_ListTheChatModelFirstAndNoFaults()
    {
        await using Replica replica = await Replica.StartAsync();
        (_, string text) = await replica.GetAsync("/v1/models");

        string[] ids = [.. JsonElement.Parse(text).GetProperty("data").EnumerateArray().Select(static model => model.GetProperty("id").GetString()!)];
        Assert.Equal(Replica.Model, ids[0]);
        Assert.DoesNotContain(ids, static id => id.StartsWith("sim/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v1/models/meta/llama-3.1-8b-instruct", 200)]
    [InlineData("/v1/models/meta%2Fllama-3.1-8b-instruct/ready", 200)]
    [InlineData("/v1/models/meta/llama-3.1-8b-instruct/ready", 200)]
    [InlineData("/v1/models/unknown/ready", 404)]
    [InlineData("/live", 200)]
    [InlineData("/health", 200)]
    [InlineData("/elsewhere", 404)]
    [InlineData("/v1/chat/completions", 405)]
    public async Task Get_Path_AnswersStatus(string path, int status)
    {
        await using Replica replica = await Replica.StartAsync();
        Assert.Equal(status, (await replica.GetAsync(path)).Status);
    }

    [Fact]
    public async Task ModelReady_UpTo11_DoesNotExist()
    {
        await using Replica replica = await Replica.StartAsync(new() { Generation = DynamoGeneration.UpTo11 });
        Assert.Equal(404, (await replica.GetAsync($"/v1/models/{Replica.Model}/ready")).Status);
    }

    [Fact]
    public async Task Metrics_AfterAnAnswer_CountIt()
    {
        await using Replica replica = await Replica.StartAsync();
        await replica.TextAsync(Replica.ChatBody(more: ",\"stream\":true,\"max_tokens\":7"));
        await replica.Frontend.WaitForAsync(static frontend => frontend.CompletedGenerations == 1, Replica.Timeout);
        (_, string text) = await replica.GetAsync("/metrics");

        Assert.Contains($"dynamo_frontend_output_tokens_total{{model=\"{Replica.Model}\"}} 7\n", text, StringComparison.Ordinal);
        Assert.Contains($"dynamo_frontend_requests_total{{model=\"{Replica.Model}\",status=\"success\"}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"dynamo_frontend_time_to_first_token_seconds_count{{model=\"{Replica.Model}\"}} 1\n", text, StringComparison.Ordinal);
    }
}
