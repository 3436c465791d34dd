using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Answers;

public sealed class RoundTripTests
{
    private const int Seeds = 400;

    public static TheoryData<Endpoint> Endpoints => [Endpoint.ChatCompletions, Endpoint.Completions, Endpoint.Messages, Endpoint.Responses];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Stream_ThenAssemble_SameAnswer(Endpoint endpoint)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            string whole = new RandomWhole(new Random(seed)).Of(endpoint);
            string? stream = Convert.Stream(endpoint, whole);
            Assert.True(stream is not null, $"seed {seed}: not streamed\n{whole}");
            string? again = Convert.Assemble(endpoint, stream);

            Assert.True(JsonMeaning.Of(whole) == JsonMeaning.Of(again), $"seed {seed}\n{JsonMeaning.Of(whole)}\n{JsonMeaning.Of(again)}\n{stream}");
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Assemble_AnyLineEndCommentsAndDataLines_SameAnswer(Endpoint endpoint)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            string stream = Convert.Stream(endpoint, new RandomWhole(random).Of(endpoint))!;
            string respelled = Respell(stream, random);

            Assert.Equal(JsonMeaning.Of(Convert.Assemble(endpoint, stream)), JsonMeaning.Of(Convert.Assemble(endpoint, respelled)));
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Stream_AsClientsReadIt_SameAnswer(Endpoint endpoint)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            string whole = new RandomWhole(new Random(seed)).Of(endpoint);
            string stream = Convert.Stream(endpoint, whole)!;
            (string expected, string actual) = Read(endpoint, whole, stream);

            Assert.True(expected == actual, $"seed {seed}\n{expected}\n{actual}\n{stream}");
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Converters_CutInput_NeverThrowAndNeverAnswer(Endpoint endpoint)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            byte[] whole = Encoding.UTF8.GetBytes(new RandomWhole(new Random(seed)).Of(endpoint));
            byte[] stream = Encoding.UTF8.GetBytes(Convert.Stream(endpoint, whole)!);
            for (int length = 0; length < whole.AsSpan().TrimEnd(" \n"u8).Length; length++)
                Assert.Null(Convert.Stream(endpoint, whole.AsSpan(0, length)));
            for (int length = 0; length < stream.Length - 1; length += 1 + (length / 100))
                Assert.Null(Convert.Assemble(endpoint, stream.AsSpan(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Converters_SpoiltInput_NeverThrow(Endpoint endpoint)
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            byte[] whole = Encoding.UTF8.GetBytes(new RandomWhole(random).Of(endpoint));
            byte[] stream = Encoding.UTF8.GetBytes(Convert.Stream(endpoint, whole)!);
            Spoil(whole, random);
            Spoil(stream, random);

            // What is still accepted is JSON.
            if (Convert.Assemble(endpoint, stream) is { } assembled)
                JsonDocument.Parse(assembled).Dispose();
            foreach (string line in (Convert.Stream(endpoint, whole) ?? "").Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)))
                JsonDocument.Parse(line["data: ".Length..]).Dispose();
        }
    }

    private static void Spoil(byte[] bytes, Random random)
    {
        const string ascii = "{}[]\",:\\ \n\rnullt01u";
        for (int spoilt = random.Next(1, 4); spoilt > 0; spoilt--)
            bytes[random.Next(bytes.Length)] = random.Next(4) == 0 ? (byte)random.Next(256) : (byte)ascii[random.Next(ascii.Length)];
    }

    private static (string Expected, string Actual) Read(Endpoint endpoint, string whole, string stream)
    {
        switch (endpoint)
        {
            case Endpoint.Messages:
                return (JsonMeaning.Of(whole), JsonMeaning.Of(NaiveAnswers.Message(stream)));
            case Endpoint.Responses:
                (JsonArray streamed, JsonArray final) = NaiveAnswers.Response(stream);
                return (JsonMeaning.Of(final), JsonMeaning.Of(streamed));
            default:
                return (JsonMeaning.Of(whole), JsonMeaning.Of(NaiveAnswers.Chat(stream)));
        }
    }

    /// <summary>Other line ends, comments, pings, side events, and data in several lines where JSON allows white space.</summary>
    private static string Respell(string stream, Random random)
    {
        string lineEnd = random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" };
        StringBuilder result = new(random.Next(2) == 0 ? "\uFEFF" : "");
        foreach (string block in stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            result.Append(random.Next(8) switch
            {
                0 => ": keepalive\n\n",
                1 => "event: ping\ndata: {\"type\":\"ping\"}\n\n",
                2 => "event: request_id\n: \"abc\"\n\n",
                3 => "event: tool_call_dispatch\ndata: {\"choices\":1}\n\n",
                _ => "",
            });
            result.Append(random.Next(3) == 0 ? block.Replace("data: {", "data: {\ndata:", StringComparison.Ordinal) : block).Append("\n\n");
        }

        return result.Replace("\n", lineEnd).ToString();
    }
}
