using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Tests.Requests;

public sealed class ValueSkipperTests
{
    private const string Mutations = "{}[]\",:\\/bfnrtu0123456789abcdefABCDEF+-.eE truefalsn\n\t\0\u001f\u007f'";

    [Fact]
    public void FindEnd_RandomValuesAndMutations_AgreesWithTheReader()
    {
        var random = new Random(99);
        var values = new RandomJson(random);
        int valid = 0, invalid = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] json = values.Values(depth: 4);
            for (int mutation = random.Next(3); mutation > 0 && json.Length > 0; mutation--)
                json = Mutate(json, random);
            bool isNumber = json.AsSpan().TrimStart(" \n\r\t"u8) is [(>= (byte)'0' and <= (byte)'9') or (byte)'-', ..]; // the reader looks at what follows one
            if (isNumber || !Utf8.IsValid(json))
                continue;

            int expected = ReferenceEnd(json);

            Assert.True(expected == ValueSkipper.FindEnd(json, 0, depth: 0), Encoding.UTF8.GetString(json));
            _ = expected < 0 ? invalid++ : valid++;
        }
        Assert.True(valid > 4000 && invalid > 4000, $"{valid} valid, {invalid} invalid");
    }

    [Theory]
    [InlineData(RequestScanner.MaxDepth - 1, true)]
    [InlineData(RequestScanner.MaxDepth, true)]
    [InlineData(RequestScanner.MaxDepth + 1, false)]
    public void FindEnd_Nested_StopsAtTheLimit(int depth, bool isTaken)
    {
        string arrays = new string('[', depth - 1) + new string(']', depth - 1);
        string objects = string.Concat(Enumerable.Repeat("{\"a\":", depth - 2)) + "{}" + new string('}', depth - 2);
        Assert.Equal(isTaken ? arrays.Length : -1, ValueSkipper.FindEnd(Encoding.UTF8.GetBytes(arrays + "]"), 0, depth: 1));
        Assert.Equal(isTaken ? objects.Length : -1, ValueSkipper.FindEnd(Encoding.UTF8.GetBytes(objects + ","), 0, depth: 1));
    }

    private static byte[] Mutate(byte[] json, Random random)
    {
        int at = random.Next(json.Length);
        byte other = (byte)Mutations[random.Next(Mutations.Length)];
        return random.Next(4) switch
        {
            0 => json[..at],
            1 => [.. json[..at], .. json[(at + 1)..]],
            2 => [.. json[..at], other, .. json[at..]],
            _ => [.. json[..at], other, .. json[(at + 1)..]],
        };
    }

    private static int ReferenceEnd(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestScanner.MaxDepth });
        try
        {
            if (!reader.Read())
                return -1;
            reader.Skip();
            return (int)reader.BytesConsumed;
        }
        catch (JsonException)
        {
            return -1;
        }
    }
}
