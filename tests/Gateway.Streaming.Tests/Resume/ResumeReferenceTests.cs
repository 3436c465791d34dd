using System.Text;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Sources;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Resume;

/// <summary>Random answers, cut anywhere and resumed from another attempt that says the same in other chunks: the client gets the whole answer.</summary>
public sealed class ResumeReferenceTests
{
    private const int Seeds = 100;

    [Fact]
    public void Resume_CutAtEveryEventAndAnyByte_IsTheWholeAnswer()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            RandomAnswer answer = RandomAnswer.Next(random);
            byte[] first = AttemptStream.Of(answer, random);
            byte[] second = AttemptStream.Of(answer, random);
            byte[] third = AttemptStream.Of(answer, random);
            foreach (int cut in CutsOf(first, random))
            {
                using ResumeRun run = new(answer.Endpoint, answer.Choices.Count);
                run.Attempt(first.AsMemory(0, cut), Cuts.Random(cut, 60, random), ReadStatus.Broken);
                if (run.Signal == StreamSignal.None && !run.IsComplete && random.Next(3) == 0)
                {
                    int length = random.Next(third.Length);
                    run.Attempt(third.AsMemory(0, length), Cuts.Random(length, 90, random), ReadStatus.Broken);
                }

                if (run.Signal == StreamSignal.None && !run.IsComplete)
                    run.Attempt(second, Cuts.Random(second.Length, 90, random), ReadStatus.End);
                Check(answer, run, $"seed {seed}, cut at {cut}\n{Encoding.UTF8.GetString(first)}\n{Encoding.UTF8.GetString(second)}");
            }
        }
    }

    private static void Check(RandomAnswer answer, ResumeRun run, string label)
    {
        NaiveAssembly got = NaiveAssembly.Of(run.Client.Received);
        string text = Describe(got);
        label = label + "\n" + text + "\n" + Encoding.UTF8.GetString(run.Client.Received);
        Assert.True(run.Record.MayResume, label);
        Assert.True(Describe(NaiveAssembly.Of(answer)) == text, label);
        Assert.True(got.Ids.Count == 1, label);
        // Between the last finish reason and [DONE] a cut is none: the answer is complete and the gateway ends it.
        Assert.True(run.Signal == StreamSignal.Done ? got is { Done: 1, UsageChunks: 1 } : run.IsComplete && got.Done == 0, label);
        foreach ((string key, string id) in got.Texts.Where(text => text.Key.Contains("/id/", StringComparison.Ordinal)))
            Assert.True(id.Split("call_").Length == 2 && got.TextOf(key.Replace("/id/", "/type/", StringComparison.Ordinal)) == "function", label);
    }

    private static string Describe(NaiveAssembly assembly) =>
        string.Join('\n', assembly.Texts.Where(text => !text.Key.Contains("/id/", StringComparison.Ordinal) && !text.Key.Contains("/type/", StringComparison.Ordinal)));

    /// <summary>Behind every event, and anywhere.</summary>
    private static IEnumerable<int> CutsOf(byte[] stream, Random random)
    {
        for (int at = 0; at < stream.Length - 1; at++)
        {
            if ((stream[at] == '\n' && stream[at + 1] == '\n') || random.Next(200) == 0)
                yield return at + 2;
        }
    }
}
