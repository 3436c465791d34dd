using System.Text.Json.Nodes;
using TestKit.Streaming;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>npm's <c>openai</c>: what it makes of a kept answer is what it made of the first one, in the same shape event by event, in the other one in sum.</summary>
public sealed class CachedJavaScriptTests(CachedJavaScriptRuns runs) : IClassFixture<CachedJavaScriptRuns>
{
    public static TheoryData<string> Chats => [.. CachedJavaScriptRuns.Chats];

    public static TheoryData<string> Completions => [.. CachedJavaScriptRuns.Completions];

    public static TheoryData<string> Responses => [.. CachedJavaScriptRuns.Responses];

    [Theory]
    [MemberData(nameof(Chats))]
    [MemberData(nameof(Completions))]
    [MemberData(nameof(Responses))]
    public void SameShape_AskedAgain_IsTheSame(string scenario)
    {
        CachedAnswerSeen[] streamed = runs.Of(scenario, "streamed");
        CachedAnswerSeen[] whole = runs.Of(scenario, "whole");

        Assert.Equal(["miss", "hit", "hit"], streamed.Take(3).Select(answer => answer.Cache));
        Assert.Equal(["miss", "hit", "hit"], whole.Take(3).Select(answer => answer.Cache));
        Assert.True(streamed[0].Events.Count > 2);
        Assert.Equal(streamed[0].Seen.ToJsonString(), streamed[1].Seen.ToJsonString());
        Assert.Equal(whole[0].Seen.ToJsonString(), whole[1].Seen.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Chats))]
    [MemberData(nameof(Completions))]
    [MemberData(nameof(Responses))]
    public void Whole_FromAKeptStream_IsTheUpstreamsWhole(string scenario) =>
        Assert.Equal(JsonMeaning.Of(runs.Of(scenario, "whole")[0].Seen), JsonMeaning.Of(runs.Of(scenario, "streamed")[2].Seen));

    [Theory]
    [MemberData(nameof(Chats))]
    [MemberData(nameof(Completions))]
    public void Stream_FromAKeptWhole_SumsUpToIt(string scenario)
    {
        JsonNode whole = runs.Of(scenario, "whole")[0].Seen;
        JsonObject withoutUsage = whole.DeepClone().AsObject();
        withoutUsage.Remove("usage");

        Assert.Equal(JsonMeaning.Of(withoutUsage), JsonMeaning.Of(NaiveAnswers.Chat(runs.Of(scenario, "whole")[2].Events)));
        Assert.Equal(JsonMeaning.Of(whole), JsonMeaning.Of(NaiveAnswers.Chat(runs.Of(scenario, "whole")[3].Events)));
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void Response_FromAKeptWhole_SumsUpToIt(string scenario)
    {
        CachedAnswerSeen[] answers = runs.Of(scenario, "whole");
        (JsonArray streamed, JsonArray final) = NaiveAnswers.Response(answers[2].Events);

        Assert.Equal(JsonMeaning.Of(answers[0].Seen["output"]), JsonMeaning.Of(streamed));
        Assert.Equal(JsonMeaning.Of(answers[0].Seen["output"]), JsonMeaning.Of(final));
    }

    /// <summary>The usage chunk is for those who ask, whoever asked first.</summary>
    [Theory]
    [MemberData(nameof(Chats))]
    [MemberData(nameof(Completions))]
    public void Usage_OfAKeptAnswer_IsForWhoAsks(string scenario)
    {
        JsonNode usage = runs.Of(scenario, "whole")[0].Seen["usage"]!;
        foreach (string first in new[] { "streamed", "whole" })
        {
            CachedAnswerSeen[] answers = runs.Of(scenario, first);
            IReadOnlyList<JsonObject> plain = answers[first == "streamed" ? 1 : 2].Events;
            IReadOnlyList<JsonObject> asked = answers[3].Events;
            Assert.DoesNotContain(plain, chunk => chunk["usage"] is not null);
            Assert.Equal("hit", answers[3].Cache);
            Assert.Equal(JsonMeaning.Of(usage), JsonMeaning.Of(Assert.Single(asked, chunk => chunk["usage"] is not null)["usage"]));
            Assert.Equal(plain.Select(chunk => JsonMeaning.Of(chunk)), asked.SkipLast(1).Select(chunk => JsonMeaning.Of(chunk)));
        }
    }

    /// <summary>The client's own helper, which puts streams together.</summary>
    [Theory]
    [MemberData(nameof(Chats))]
    public void Helper_OnKeptAnswers_SeesOneAnswer(string scenario)
    {
        JsonNode ofStream = runs.Of(scenario, "streamed")[4].Seen;
        JsonNode ofWhole = runs.Of(scenario, "whole")[4].Seen;

        foreach (JsonNode answer in new[] { ofStream, ofWhole })
        {
            // What the helper does not know, such as reasoning and padding, it does not join.
            foreach (JsonObject choice in answer["choices"]!.AsArray().OfType<JsonObject>())
                choice["message"]!.AsObject().Remove("reasoning_content");
            answer.AsObject().Remove("obfuscation");
        }

        Assert.Equal(JsonMeaning.Of(ofStream), JsonMeaning.Of(ofWhole));
    }
}
