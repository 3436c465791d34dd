using System.Text;
using System.Text.Json;
using Gateway.Load.Requests;

namespace Gateway.Load.Tests.Requests;

public sealed class RequestFactoryTests
{
    [Fact]
    public void Next_OnePromptAndAMix_EveryModelAndKeyHasItsShare()
    {
        RequestFactory factory = Factory(new RequestShape { Prompts = 1, Models = [new("a", 3), new("b", 1)], ApiKeys = ["k1", "k2"] });
        string[] requests = [.. Enumerable.Range(0, 1_000).Select(_ => Encoding.UTF8.GetString(factory.Next().Bytes.Span))];

        Assert.InRange(requests.Count(request => request.Contains("\"model\":\"a\"", StringComparison.Ordinal)), 700, 800);
        Assert.Equal(500, requests.Count(request => request.Contains("Bearer k1", StringComparison.Ordinal)));
        Assert.Single(requests.Select(request => Body(request).GetProperty("messages").GetRawText()).Distinct());
    }

    [Theory]
    [InlineData(3, 2, 2)]
    [InlineData(3, 3, 3)]
    [InlineData(3, 4, 3)]
    public void AtMost_Requests_NoPromptIsMadeThatIsNotSent(int prompts, int requests, int different)
    {
        RequestFactory factory = Factory(new RequestShape { Prompts = prompts }.AtMost(requests));
        Assert.Equal(different, Enumerable.Range(0, 6).Select(_ => Encoding.UTF8.GetString(factory.Next().Bytes.Span)).Distinct().Count());
    }

    [Fact]
    public void Continue_DatasetWithMessages_TheConversationGrowsBehindThem()
    {
        const string Line = "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"q\"}]}";
        RequestFactory factory = Factory(new RequestShape { Turns = LengthDistribution.Fixed(2) }, Line);

        (Dialogue first, _) = factory.NextSession();
        JsonElement messages = Body(factory.Turn(factory.Continue(first, "answer"))).GetProperty("messages");

        Assert.Equal(["system", "user", "assistant", "user"], messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Equal("answer", messages[2].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData(10, 3, 10, 3)]
    [InlineData(10, null, 10, 7)]
    [InlineData(null, 3, 5, 3)]
    public void Next_LengthsOfATrace_WhatItLeavesOutIsAsTheOptionsSay(int? prompt, int? output, int words, int maxTokens)
    {
        RequestFactory factory = Factory(new RequestShape { PromptTokens = LengthDistribution.Fixed(5), OutputTokens = LengthDistribution.Fixed(7) });

        JsonElement body = Body(factory.Next(prompt, output));

        Assert.Equal(words, body.GetProperty("messages")[0].GetProperty("content").GetString()!.Split(' ').Length);
        Assert.Equal(maxTokens, body.GetProperty("max_tokens").GetInt32());
    }

    [Fact]
    public void Next_HeaderOfTheOptions_TakesThePlaceOfOurs()
    {
        RequestFactory factory = Factory(new RequestShape { Headers = [new("host", "virtual"), new("X-A", "1")], ApiKeys = ["k"] });

        string[] head = Encoding.UTF8.GetString(factory.Next().Bytes.Span).Split("\r\n\r\n")[0].Split("\r\n");

        Assert.Equal(["host: virtual"], head.Where(line => line.StartsWith("host", StringComparison.OrdinalIgnoreCase)));
        Assert.Contains("X-A: 1", head);
        Assert.Contains("Authorization: Bearer k", head);
    }

    private static RequestFactory Factory(RequestShape shape, params string[] dataset) => new(
        shape.Models.Count > 0 ? shape : shape with { Models = [new("m", 1)] }, "host", "", dataset.Length == 0 ? null : DatasetReader.Read(dataset, shape.Api), new Random(1));

    private static JsonElement Body(PreparedRequest request) => Body(Encoding.UTF8.GetString(request.Bytes.Span));

    private static JsonElement Body(string request) => JsonElement.Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
}
