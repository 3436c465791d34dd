using System.Text;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Sources;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Resume;

/// <summary>Another attempt that says anything else than what the client has: not one byte of it is shown.</summary>
public sealed class ResumeDivergenceTests
{
    private const int Seeds = 100;

    [Fact]
    public void Resume_OneCharacterDiffersBelowTheCut_DivergesAndShowsNothing() => CheckAll((run, answer, random) =>
    {
        int choice = random.Next(answer.Choices.Count);
        List<Token> tokens = answer.Choices[choice].Tokens;
        int sent = SentTokens(run, answer, choice);
        if (sent == 0)
            return null;
        int at = random.Next(sent);
        return With(answer, choice, [.. tokens.Take(at), tokens[at] with { Text = "Z" }, .. tokens.Skip(at + 1)]);
    });

    [Fact]
    public void Resume_OneCharacterLessBelowTheCut_DivergesAndShowsNothing() => CheckAll((run, answer, random) =>
    {
        int choice = random.Next(answer.Choices.Count);
        List<Token> tokens = answer.Choices[choice].Tokens;
        int sent = SentTokens(run, answer, choice);
        // One of several equal characters may go missing anywhere among them, so the end goes.
        return sent == 0 ? null : With(answer, choice, [.. tokens.Take(random.Next(sent))]);
    });

    [Fact]
    public void Resume_OtherChannel_DivergesAndShowsNothing() => CheckAll((run, answer, random) =>
    {
        int choice = random.Next(answer.Choices.Count);
        List<Token> tokens = answer.Choices[choice].Tokens;
        int sent = SentTokens(run, answer, choice);
        if (sent == 0 || answer.Endpoint == Endpoint.Completions)
            return null;
        int at = random.Next(sent);
        string other = tokens[at].Channel == "content" ? "refusal" : "content";
        RandomAnswer changed = With(answer, choice, [.. tokens.Take(at), tokens[at] with { Channel = other }, .. tokens.Skip(at + 1)]);
        // Among equal characters the next one may take its place.
        NaiveAssembly says = NaiveAssembly.Of(changed);
        return NaiveAssembly.Of(run.Client.Received).Texts.All(text => IsOfAttempt(text.Key) || says.TextOf(text.Key).StartsWith(text.Value, StringComparison.Ordinal)) ? null : changed;
    });

    [Fact]
    public void Resume_OtherFinishReason_DivergesAndShowsNothing() => CheckAll((run, answer, random) =>
    {
        int choice = random.Next(answer.Choices.Count);
        if (NaiveAssembly.Of(run.Client.Received).TextOf($"{choice}/finish").Length == 0)
            return null;
        return With(answer, choice, answer.Choices[choice].Tokens, "other");
    });

    [Fact]
    public void Resume_FinishedChoiceGoesOn_DivergesAndShowsNothing() => CheckAll((run, answer, random) =>
    {
        int choice = random.Next(answer.Choices.Count);
        if (NaiveAssembly.Of(run.Client.Received).TextOf($"{choice}/finish").Length == 0)
            return null;
        string channel = answer.Endpoint == Endpoint.Completions ? "text" : "content";
        return With(answer, choice, [.. answer.Choices[choice].Tokens, new(channel, "more", 0)]);
    });

    private static void CheckAll(Func<ResumeRun, RandomAnswer, Random, RandomAnswer?> change)
    {
        int checks = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            RandomAnswer answer = RandomAnswer.Next(random);
            byte[] first = AttemptStream.Of(answer, random);
            for (int trial = 0; trial < 10; trial++)
            {
                int cut = random.Next(first.Length);
                using ResumeRun run = new(answer.Endpoint, answer.Choices.Count);
                run.Attempt(first.AsMemory(0, cut), Cuts.Random(cut, 200, random), ReadStatus.Broken);
                if (run.Shown == 0 || run.IsComplete || change(run, answer, random) is not { } other)
                    continue;
                checks++;
                byte[] shown = run.Client.Received;
                byte[] second = AttemptStream.Of(other, random);
                run.Attempt(second, Cuts.Random(second.Length, 200, random), ReadStatus.End);
                Assert.True(run.Signal == StreamSignal.Diverged && run.Client.Received.Length == shown.Length,
                    $"seed {seed}, cut at {cut}, {run.Signal}\n{Encoding.UTF8.GetString(run.Client.Received)}\n{Encoding.UTF8.GetString(second)}");
            }
        }

        Assert.InRange(checks, 50, int.MaxValue);
    }

    private static bool IsOfAttempt(string key) => key.Split('/')[1] is "id" or "type" or "finish";

    /// <summary>Tokens of a choice that the client has.</summary>
    private static int SentTokens(ResumeRun run, RandomAnswer answer, int choice)
    {
        int length = NaiveAssembly.Of(run.Client.Received).Texts
            .Where(text => text.Key.StartsWith($"{choice}/", StringComparison.Ordinal) && !IsOfAttempt(text.Key)).Sum(text => text.Value.Length);
        int tokens = 0;
        while (length > 0)
            length -= answer.Choices[choice].Tokens[tokens++].Text.Length;
        return tokens;
    }

    private static RandomAnswer With(RandomAnswer answer, int choice, List<Token> tokens, string? finish = null)
    {
        List<RandomChoice> choices = [.. answer.Choices];
        choices[choice] = new(tokens, finish ?? choices[choice].Finish);
        return new() { Endpoint = answer.Endpoint, Choices = choices };
    }
}
