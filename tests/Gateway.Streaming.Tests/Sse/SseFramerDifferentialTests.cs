using System.Net.ServerSentEvents;
using System.Text;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Sse;

/// <summary>The framer against the platform's own parser, on random streams of everything that has a meaning.</summary>
public sealed class SseFramerDifferentialTests
{
    private static readonly string[] Pieces =
    [
        "data", "data:", "data: ", "event", "event:", "event: ", "id: 1", "retry: 5", ":", ": note", " ", "x", "é", "😀", "[DONE]", "error", "data: data: ",
        "\n", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "\r\r", "\uFEFF",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryRead_RandomStreams_AgreesWithSseParser(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 400; round++)
        {
            byte[] stream = Encoding.UTF8.GetBytes((random.Next(4) == 0 ? "\uFEFF" : "") + string.Concat(random.GetItems(Pieces, random.Next(1, 40))));
            (string Name, string Data)[] expected = [.. SseParser.Create(new MemoryStream(stream)).Enumerate().Select(item => (item.EventType, item.Data))];
            foreach (int[] cuts in Cuts.TwoWay(stream.Length).Append(Cuts.Every(stream.Length, 1)).Append([]))
            {
                FramerRun run = FramerRun.Of(stream, cuts);
                // SseParser lets the name of a block without data stand for the next one; the specification clears it.
                bool compareNames = !run.Blocks.Exists(block => block.DataLines == 0 && block.Name.Length > 0);
                string actual = Render(run.Blocks.Where(block => block.DataLines > 0).Select(block => (block.Name, block.Data)), compareNames);
                Assert.True(Render(expected, compareNames) == actual, $"seed {seed} round {round} cut at {string.Join(',', cuts)}: was {actual}");
                Assert.Equal(stream[..^run.Pending], Encoding.UTF8.GetBytes(string.Concat(run.Blocks.Select(block => block.Raw))));
            }
        }
    }

    private static string Render(IEnumerable<(string Name, string Data)> events, bool names) =>
        string.Join('|', events.Select(item => $"{(!names || item.Name.Length == 0 ? "message" : item.Name)}={item.Data}"));
}
