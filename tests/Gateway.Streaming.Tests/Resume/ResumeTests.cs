using System.Text;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Sources;

namespace Gateway.Streaming.Tests.Resume;

public sealed class ResumeTests
{
    private const string Role = "data: {\"id\":\"first\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
    private const string Finish = "data: {\"id\":\"second\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Usage = "data: {\"id\":\"second\",\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";
    private const string Done = "data: [DONE]\n\n";

    [Fact]
    public void Resume_ChunkCrossesTheCut_BringsTheRestWithTheFirstId()
    {
        string shown = Resumed(Role + Chunk("first", "H\\u00e9l"), "data: {\"id\":\"second\",\"created\":2,\"choices\":[{\"index\":0,"
            + "\"delta\":{\"role\":\"assistant\",\"content\":\"Hél\\u006co\"},\"finish_reason\":null}],\"usage\":null}\n\n" + Finish + Done);

        Assert.Equal(
            "data: {\"id\":\"first\",\"created\":2,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\u006co\"},\"finish_reason\":null}],\"usage\":null}\n\n"
            + Finish.Replace("second", "first", StringComparison.Ordinal) + Done, shown);
    }

    [Fact]
    public void Resume_BehindTheCut_ChangesOnlyTheId()
    {
        string odd = "id: 7\r\nevent: message\r\ndata:  { \"choices\" : [ {\"delta\":{\"content\":\"\\u0062\",\"role\":\"assistant\"} , \"index\":0} ],\"id\" : \"second\", \"created\":9.0}\r\n\r\n";
        string shown = Resumed(Chunk("first", "a"), Chunk("second", "a") + ": note\n\n" + odd + "event: other\ndata: {}\n\n" + Chunk("second", "c") + Finish + Usage + Done);

        Assert.Equal(
            ": note\n\n" + (odd + "event: other\ndata: {}\n\n" + Chunk("second", "c") + Finish + Usage).Replace("second", "first", StringComparison.Ordinal) + Done, shown);
    }

    [Fact]
    public void Resume_OnlyTheFinishWasMissing_BringsTheFinish() =>
        Assert.Equal(Finish.Replace("second", "first", StringComparison.Ordinal) + Done, Resumed(Chunk("first", "all"), Chunk("second", "al") + Chunk("second", "l") + Finish + Done));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resume_Usage_ComesOnceAndByTheRules(bool removeUsage)
    {
        string shown = Resumed(Chunk("first", "a"), Chunk("second", "ab") + Finish + Usage + Done, removeUsage: removeUsage);

        Assert.Equal(!removeUsage, shown.Contains("usage", StringComparison.Ordinal));
    }

    [Fact]
    public void Resume_UsageWasSent_ComesNotAgain()
    {
        string shown = Resumed(Chunk("first", "a") + Usage, Chunk("second", "ab") + Usage + Finish + Usage + Done);

        Assert.DoesNotContain("usage", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_ToolCall_IsAnnouncedOnce()
    {
        string shown = Resumed(
            Call("first", "\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get\",\"arguments\":\"{\\\"a\"}"),
            Call("second", "\"index\":0,\"id\":\"call_2\",\"type\":\"function\",\"function\":{\"name\":\"get\",\"arguments\":\"{\\\"a\\\"\"}")
            + Call("second", "\"index\":0,\"id\":\"call_2\",\"function\":{\"name\":\"get\",\"arguments\":\":1}\"}")
            + Call("second", "\"index\":1,\"id\":\"call_3\",\"type\":\"function\",\"function\":{\"name\":\"put\",\"arguments\":\"\"}") + Finish + Done);

        Assert.Equal(
            Call("first", "\"index\":0,\"function\":{\"arguments\":\"\\\"\"}")
            + Call("first", "\"index\":0,\"function\":{\"arguments\":\":1}\"}")
            + Call("first", "\"index\":1,\"id\":\"call_3\",\"type\":\"function\",\"function\":{\"name\":\"put\",\"arguments\":\"\"}")
            + Finish.Replace("second", "first", StringComparison.Ordinal) + Done, shown);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("get_it")]
    [InlineData("ge")]
    public void Resume_OtherFunctionName_Diverges(string name) => AssertDiverges(
        Call("first", "\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"get\",\"arguments\":\"\"}"),
        Call("second", $"\"index\":0,\"id\":\"c\",\"function\":{{\"name\":\"{name}\",\"arguments\":\"{{}}\"}}") + Finish + Done);

    [Fact]
    public void Resume_EarlierChannelGoesOnBeforeTheNext_Diverges() => AssertDiverges(
        Chunk("first", "think").Replace("content", "reasoning", StringComparison.Ordinal) + Chunk("first", "say"),
        Chunk("second", "think more").Replace("content", "reasoning", StringComparison.Ordinal) + Chunk("second", "say it") + Finish + Done);

    [Theory]
    [InlineData("")]
    [InlineData(Done)]
    [InlineData(Finish + Done)]
    [InlineData(Finish)]
    [InlineData("event: tool_call_dispatch\ndata: {}\n\n")]
    public void Resume_EndsOrStraysBeforeTheCut_Diverges(string end) => AssertDiverges(Chunk("first", "abc"), Chunk("second", "ab") + end);

    [Fact]
    public void Resume_BreaksBeforeTheCut_MayBeResumedAgain()
    {
        using ResumeRun run = new(Endpoint.ChatCompletions, 1);
        run.Attempt(Encoding.UTF8.GetBytes(Chunk("first", "abc")), [], ReadStatus.Broken);
        run.Attempt(Encoding.UTF8.GetBytes(Chunk("second", "ab")), [], ReadStatus.Broken);
        Assert.Equal((StreamSignal.None, ReadStatus.Broken, 0), (run.Signal, run.End, run.Shown));

        run.Attempt(Encoding.UTF8.GetBytes(Chunk("second", "abcd") + Finish + Done), [], ReadStatus.End);

        Assert.Equal(StreamSignal.Done, run.Signal);
        Assert.Equal("abcd", NaiveAssembly.Of(run.Client.Received).TextOf("0/content"));
    }

    [Fact]
    public void Resume_ErrorOfTheNewAttempt_IsAnError()
    {
        using ResumeRun run = new(Endpoint.ChatCompletions, 1);
        run.Attempt(Encoding.UTF8.GetBytes(Chunk("first", "abc")), [], ReadStatus.Broken);
        run.Attempt(Encoding.UTF8.GetBytes("data: {\"error\":{\"message\":\"no\"}}\n\n"), [], ReadStatus.End);

        Assert.Equal((StreamSignal.Error, 0), (run.Signal, run.Shown));
    }

    [Fact]
    public void Resume_OneChoiceIsAheadOfAnother_IsHeldUntilBothHaveCaughtUp()
    {
        string zero = Chunk("second", "ab");
        string one = zero.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal);
        using ResumeRun run = new(Endpoint.ChatCompletions, 2);
        run.Attempt(Encoding.UTF8.GetBytes(Chunk("first", "a") + one), [], ReadStatus.Broken);
        run.Attempt(Encoding.UTF8.GetBytes(zero + zero + one.Replace("ab", "aX", StringComparison.Ordinal)), [], ReadStatus.Broken);

        Assert.Equal((StreamSignal.Diverged, 0), (run.Signal, run.Shown));
    }

    [Fact]
    public void Resume_ReplayLongerThanWhatIsHeld_IsSwallowedWhole()
    {
        string text = new('x', 3_000_000);
        using ResumeRun run = new(Endpoint.ChatCompletions, 1);
        string chunks = string.Concat(Enumerable.Repeat(Chunk("first", text[..30_000]), 100));
        run.Attempt(Encoding.UTF8.GetBytes(chunks), [], ReadStatus.Broken);
        run.Attempt(Encoding.UTF8.GetBytes(chunks + Chunk("second", "y") + Finish + Done), [], ReadStatus.End);

        Assert.Equal(StreamSignal.Done, run.Signal);
        Assert.Equal(text + "y", NaiveAssembly.Of(run.Client.Received).TextOf("0/content"));
        Assert.InRange(run.Shown, 1, 500);
    }

    [Fact]
    public void Resume_OneChoiceIsFarAhead_IsReleasedAtTheLimitAndGoesOn()
    {
        string zero = Chunk("second", new string('z', 1_000));
        string one = Chunk("second", "a").Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal);
        string finishOne = Finish.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal);
        using ResumeRun run = new(Endpoint.ChatCompletions, 2);
        run.Attempt(Encoding.UTF8.GetBytes(Chunk("first", "z") + one), [], ReadStatus.Broken);
        run.Attempt(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(zero, 200)) + one + one + Finish + finishOne + Done), [], ReadStatus.End);

        NaiveAssembly got = NaiveAssembly.Of(run.Client.Received);
        Assert.Equal(StreamSignal.Done, run.Signal);
        Assert.Equal((200_000, "aa", "stop", "stop", 1), (got.TextOf("0/content").Length, got.TextOf("1/content"), got.TextOf("0/finish"), got.TextOf("1/finish"), got.Done));
    }

    [Fact]
    public void Resume_TextOnTheChatEndpoint_IsNotLost() => Assert.Contains(
        "{\"index\":0,\"text\":\"b\",\"delta\":{}}",
        Resumed(Chunk("first", "a").Replace("\"delta\":{\"content\":\"a\"}", "\"text\":\"a\"", StringComparison.Ordinal),
            Chunk("second", "ab").Replace("\"delta\":{\"content\":\"ab\"}", "\"text\":\"ab\"", StringComparison.Ordinal) + Finish + Done),
        StringComparison.Ordinal);

    private static void AssertDiverges(string first, string second)
    {
        using ResumeRun run = new(Endpoint.ChatCompletions, 1);
        run.Attempt(Encoding.UTF8.GetBytes(first), [], ReadStatus.Broken);
        run.Attempt(Encoding.UTF8.GetBytes(second), [], ReadStatus.End);

        Assert.Equal((StreamSignal.Diverged, 0), (run.Signal, run.Shown));
    }

    private static string Resumed(string first, string second, bool removeUsage = false)
    {
        using ResumeRun run = new(Endpoint.ChatCompletions, 1, removeUsage);
        run.Attempt(Encoding.UTF8.GetBytes(first), [], ReadStatus.Broken);
        int before = run.Client.Received.Length;
        run.Attempt(Encoding.UTF8.GetBytes(second), [], ReadStatus.End);

        Assert.Equal(StreamSignal.Done, run.Signal);
        return Encoding.UTF8.GetString(run.Client.Received.AsSpan(before));
    }

    private static string Chunk(string id, string text) => $"data: {{\"id\":\"{id}\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n";

    private static string Call(string id, string call) => $"data: {{\"id\":\"{id}\",\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{{{call}}}]}}}}]}}\n\n";
}
