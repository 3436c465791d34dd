using System.Text;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Tests.Relay;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Rules;

/// <summary>The template must never say anything but what a full parse says: every chunk is also shown to rules that have learned nothing.</summary>
public sealed class ChunkTemplateTests
{
    private static readonly string[] Shapes =
    [
        """{"id":"1","choices":[{"index":0,"delta":{"content":"$"},"finish_reason":null}],"usage":null}""",
        """{"id":"1","choices":[{"index":1,"delta":{"content":"$"},"finish_reason":null}],"usage":null}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":null,"reasoning_content":"$"},"finish_reason":null}],"usage":null}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":"$"},"finish_reason":"stop"}],"usage":null}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":"$","refusal":"$"},"finish_reason":null}],"usage":null}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":"$"},"finish_reason":null}],"usage":{"prompt_tokens":1}}""",
        """{"id":"1","choices":[{"index":0,"text":"$"}]}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":["$"]}}]}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":"$"},"finish_reason":null}],"usage":nul""",
    ];

    private static readonly string[] TypedShapes =
    [
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"$"}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"$"}}""",
        """{"index":0,"delta":{"text":"$"},"type":"content_block_delta"}""",
        """{"index":0,"delta":{"text":"$"}}""",
        """{"index":0,"delta":{"text":"$"},"message":"m","code":1}""",
        """{"type":"content_block_delta","delta":{"text":"$","signature":"$"}}""",
        """{"type":"content_block_delta","delta":{"text":"$"},"usage":{"output_tokens":1}}""",
        """{"type":"message_delta","delta":{"stop_reason":"$"}}""",
        """{"type":"$","delta":{"text":"x"}}""",
        """{"type":"error","error":{"message":"$"}}""",
    ];

    private static readonly string[] Names = ["", "event: content_block_delta\n", "event: message_delta\n", "event: vendor\n", "event: ping\n"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Inspect_RandomChunks_SaysWhatAFullParseSays(int seed)
    {
        Random random = new(seed);
        RandomChat chat = new(random);
        CountingPool pool = new();
        ChatRules rules = new(1, removeUsageChunk: true) { Pool = pool };
        string shape = Shapes[0];
        for (int round = 0; round < 5_000; round++)
        {
            shape = random.Next(8) == 0 ? random.GetItems(Shapes, 1)[0] : shape;
            string text = random.Next(20) == 0 ? "" : chat.Text();
            byte[] block = Encoding.UTF8.GetBytes($"data: {shape.Replace("$", text, StringComparison.Ordinal)}\n\n");
            if (random.Next(10) == 0)
                block[random.Next(6, block.Length - 2)] = random.GetItems("\"\\\u0001{}[]:,x\u007f"u8, 1)[0];

            ChatRules fresh = new(1, removeUsageChunk: true);
            EventVerdict expected = Inspect.Block(fresh, block);
            Assert.True(expected == Inspect.Block(rules, block), $"seed {seed} round {round}: {expected} expected of {Encoding.UTF8.GetString(block)}");
            fresh.Release();
        }

        rules.Release();
        Assert.Equal(0, pool.Outstanding);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Inspect_RandomTypedEvents_SaysWhatAFullParseSays(int seed)
    {
        Random random = new(seed);
        RandomChat chat = new(random);
        CountingPool pool = new();
        MessagesRules rules = new() { Pool = pool };
        string shape = TypedShapes[0];
        for (int round = 0; round < 5_000; round++)
        {
            shape = random.Next(8) == 0 ? random.GetItems(TypedShapes, 1)[0] : shape;
            string name = random.GetItems(Names, 1)[0];
            byte[] block = Encoding.UTF8.GetBytes($"{name}data: {shape.Replace("$", chat.Text(), StringComparison.Ordinal)}\n\n");
            if (random.Next(10) == 0)
                block[random.Next(name.Length + 6, block.Length - 2)] = random.GetItems("\"\\\u0001{}[]:,x\u007f"u8, 1)[0];

            MessagesRules fresh = new();
            EventVerdict expected = Inspect.Block(fresh, block);
            Assert.True(expected == Inspect.Block(rules, block), $"seed {seed} round {round}: {expected} expected of {Encoding.UTF8.GetString(block)}");
            fresh.Release();
        }

        rules.Release();
        Assert.Equal(0, pool.Outstanding);
    }

    [Theory]
    [InlineData("\\", false)]
    [InlineData("a\\", false)]
    [InlineData("\\\\", true)]
    [InlineData("\\\\\\", false)]
    [InlineData("\\u00e", false)]
    [InlineData("\\u00eg", false)]
    [InlineData("\\u00E9", true)]
    [InlineData("\\n\\r\\t\\b\\f\\/\\\"", true)]
    [InlineData("\\a", false)]
    [InlineData("\\'", false)]
    [InlineData("\t", false)]
    [InlineData("\u007f", true)]
    [InlineData("é😀", true)]
    [InlineData("\"", false)]
    [InlineData("\",\"role\":\"x", false)]
    [InlineData("", false)]
    public void Matches_Text_IsAStringBody(string text, bool expected)
    {
        byte[] learned = """{"choices":[{"delta":{"content":"abc"}}]}"""u8.ToArray();
        ChunkTemplate template = default;
        CountingPool pool = new();
        template.Learn(pool, learned, 33, 3);

        Assert.True(template.Matches(learned));
        Assert.Equal(expected, template.Matches(Encoding.UTF8.GetBytes($$$"""{"choices":[{"delta":{"content":"{{{text}}}"}}]}""")));
        Assert.False(template.Matches("""{"choices":[{"delta":{"content":"""u8));
        template.Release(pool);
        Assert.False(template.Matches(learned));
        Assert.Equal(0, pool.Outstanding);
    }

    [Theory]
    [InlineData(2047, true)]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public void Learn_FrameAroundItsLimit_IsKeptUpToIt(int frame, bool expected)
    {
        byte[] chunk = new byte[frame + 5];
        chunk.AsSpan().Fill((byte)'x');
        ChunkTemplate template = default;
        template.Learn(new CountingPool(), chunk, 100, 5);

        Assert.Equal(expected, template.Matches(chunk));
    }

    [Fact]
    public void Matches_AnotherReaderLearnt_IsTheTemplateAndNothingIsRented()
    {
        byte[] learned = """{"choices":[{"delta":{"content":"abc"}}]}"""u8.ToArray();
        SharedTemplate shared = new();
        CountingPool pool = new();
        ChunkTemplate one = default;
        ChunkTemplate two = default;
        Assert.False(two.Matches(learned, shared, pool));
        one.Learn(pool, learned, 33, 3, shared);
        Assert.Equal(1, pool.Outstanding);

        Assert.True(two.Matches("""{"choices":[{"delta":{"content":"d"}}]}"""u8, shared, pool));
        Assert.True(two.Matches(learned));
        Assert.False(two.Matches("""{"choices":[{"delta":{"refusal":"d"}}]}"""u8, shared, pool));
        Assert.Equal(1, pool.Outstanding);
        two.Learn(pool, learned, 33, 3, shared);
        Assert.Equal(2, pool.Outstanding);
        two.Release(pool);
        one.Release(pool);
        Assert.Equal(0, pool.Outstanding);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Offer_FormsAroundTheirLimit_AreSharedUpToIt(int forms, bool expected)
    {
        SharedTemplate shared = new();
        CountingPool pool = new();
        byte[] chunk = [];
        for (int i = 1; i <= forms; i++)
        {
            ChunkTemplate one = default;
            chunk = Encoding.UTF8.GetBytes($$"""{"id":{{i}},"content":"abc"}""");
            one.Learn(pool, chunk, chunk.Length - 5, 3, shared);
            one.Release(pool);
        }

        ChunkTemplate other = default;
        Assert.Equal(expected, other.Matches(chunk, shared, pool));
    }

    [Fact]
    public void Matches_ChunksOfOneStream_NeedNoParse()
    {
        ChunkTemplate template = default;
        byte[] first = "{\"choices\":[{\"delta\":{\"content\":\"Hello\"}}],\"usage\":null}"u8.ToArray();
        Assert.True(ChatChunkParser.TryParse(first, out ChatChunk chunk));
        template.Learn(new CountingPool(), first, chunk.ContentStart, chunk.ContentLength);

        Assert.True(template.Matches("{\"choices\":[{\"delta\":{\"content\":\" world\"}}],\"usage\":null}"u8));
        Assert.False(template.Matches("{\"choices\":[{\"delta\":{\"content\":\" world\"}}],\"usage\":1234}"u8));
        Assert.False(template.Matches("{\"choices\":[{\"delta\":{\"refusal\":\" worl\"}}],\"usage\":null}"u8));
    }
}
