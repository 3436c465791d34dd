using System.Text;
using Gateway.Streaming.Keepalive;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Relay;

/// <summary>The relay against <see cref="NaiveChat"/>: the same bytes and counts, however the stream is cut.</summary>
public sealed class StreamRelayReferenceTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Step_RandomStreams_DeliversWhatTheReferenceDoes(int seed, bool removeUsage)
    {
        Random random = new(seed);
        RandomChat chat = new(random);
        for (int round = 0; round < 150; round++)
        {
            int choices = random.Next(1, 3);
            byte[] stream = chat.Next(choices, failing: random.Next(3) == 0);
            NaiveChat expected = NaiveChat.Of(stream, choices, removeUsage);
            IEnumerable<int[]> ways = [[], Cuts.Every(stream.Length, 1), .. Enumerable.Range(0, 4).Select(_ => Cuts.Random(stream.Length, 1 << random.Next(4, 12), random))];
            foreach (int[] cuts in ways)
            {
                Check(expected, stream, cuts, choices, removeUsage, TestClient.OverPipe(), $"seed {seed} round {round}");
                Check(expected, stream, cuts, choices, removeUsage, TestClient.OverBlocks(), $"seed {seed} round {round} blocks");
            }
        }
    }

    [Theory]
    [InlineData(11, true)]
    [InlineData(12, false)]
    public void Step_EveryTwoWaySplit_DeliversWhatTheReferenceDoes(int seed, bool removeUsage)
    {
        Random random = new(seed);
        RandomChat chat = new(random);
        for (int round = 0; round < 4; round++)
        {
            byte[] stream = chat.Next(choices: 1, failing: round == 3);
            NaiveChat expected = NaiveChat.Of(stream, 1, removeUsage);
            foreach (int[] cuts in Cuts.TwoWay(stream.Length))
                Check(expected, stream, cuts, 1, removeUsage, TestClient.OverBlocks(), $"seed {seed} round {round}");
        }
    }

    [Theory]
    [InlineData(5_000, 1)]
    [InlineData(100_000, 997)]
    public void Step_EventLongerThanTheBlock_IsDeliveredWhole(int length, int step)
    {
        string chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"{0}\"},\"finish_reason\":null}]}\n\n";
        byte[] stream = Encoding.UTF8.GetBytes(": hi\n\n" + chunk.Replace("{0}", "a", StringComparison.Ordinal) + chunk.Replace("{0}", new string('x', length), StringComparison.Ordinal)
            + "data: {\"choices\":[],\"usage\":{}}\n\n" + chunk.Replace("{0}", "b", StringComparison.Ordinal) + "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        NaiveChat expected = NaiveChat.Of(stream, 1, removeUsage: true);
        foreach (int[] cuts in Cuts.TwoWay(stream.Length, step).Append(Cuts.Every(stream.Length, step)).Append(Cuts.Every(stream.Length, 1_000)))
        {
            Check(expected, stream, cuts, 1, true, TestClient.OverBlocks(), $"{length}");
            Check(expected, stream, cuts, 1, true, TestClient.OverPipe(), $"{length}");
        }
    }

    [Fact]
    public void Step_CutAtEveryOffset_DeliversTheWholeEventsBefore()
    {
        byte[] stream = new RandomChat(new Random(21)).Next(choices: 1, failing: false);
        for (int length = 0; length <= stream.Length; length++)
        {
            CountingPool pool = new();
            TestClient client = TestClient.OverBlocks();
            NaiveChat expected = NaiveChat.Of(stream.AsSpan(0, length), 1, removeUsage: true);
            RelayRun run = RelayRun.Of(new ScriptedSource(stream.AsMemory(0, length), [length / 2], ReadStatus.Broken), Rules(1, true, pool), client);

            Assert.Equal(Comparable(expected.Output), Comparable(client.Received));
            Assert.Equal(expected.Signal, run.Signal);
            Assert.Equal(0, pool.Outstanding);
            if (run.Signal == StreamSignal.None)
                Assert.Equal(ReadStatus.Broken, run.End);
        }
    }

    [Fact]
    public void Step_StalledAndKeptAliveAtEveryOffset_NeverSplitsAnEvent()
    {
        KeepaliveFrame keepalive = KeepaliveFrame.For(Endpoint.ChatCompletions, 7, 1, "m");
        System.Buffers.ArrayBufferWriter<byte> frame = new();
        keepalive.WriteTo(frame);
        string text = Encoding.Latin1.GetString(frame.WrittenSpan);
        byte[] stream = new RandomChat(new Random(22)).Next(choices: 1, failing: false, newlines: false);
        byte[] expected = NaiveChat.Of(stream, 1, removeUsage: true).Output;
        foreach (int[] cuts in Cuts.TwoWay(stream.Length).Append(Cuts.Every(stream.Length, 7)))
        {
            TestClient client = TestClient.OverBlocks();
            RelayRun run = RelayRun.Of(new ScriptedSource(stream, cuts), Rules(1, true, new CountingPool()), client, keepalive);

            string received = Encoding.Latin1.GetString(client.Received);
            Assert.Equal(run.Keepalives, (received.Length - expected.Length) / text.Length);
            Assert.Equal(expected, Encoding.Latin1.GetBytes(received.Replace(text, "", StringComparison.Ordinal)));
        }
    }

    private static void Check(NaiveChat expected, byte[] stream, int[] cuts, int choices, bool removeUsage, TestClient client, string label)
    {
        CountingPool pool = new();
        StreamRules rules = Rules(choices, removeUsage, pool);
        RelayRun run = RelayRun.Of(new ScriptedSource(stream, cuts), rules, client);
        label += " cut at " + string.Join(',', cuts.Take(20));

        Assert.True(Comparable(expected.Output).AsSpan().SequenceEqual(Comparable(client.Received)), label + "\n" + Encoding.UTF8.GetString(stream));
        Assert.Equal(
            (expected.Signal, expected.Events, expected.Content, expected.Malformed, expected.IsComplete, expected.PromptTokens, 0),
            (run.Signal, run.Events, run.ContentEvents, run.Malformed, rules.IsComplete, rules.Usage?.Prompt, pool.Outstanding));
    }

    /// <summary>When a read ends between CR and LF of the very last line end, the LF behind the end is nobody's.</summary>
    private static byte[] Comparable(byte[] output) => output.AsSpan().EndsWith("\r\n"u8) ? output[..^1] : output;

    private static ChatRules Rules(int choices, bool removeUsage, CountingPool pool) => new(choices, removeUsage) { Pool = pool };
}
