using System.Text;
using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class MutationTests
{
    private const string Valid = """
        server: &s
          listen: [http://127.0.0.1:8080, "http://127.0.0.1:8081"]
          shutdown-grace: 20s   # comment
        providers:
          a: &a {type: dynamo, base-urls: [http://a:8000, http://b:8000], api-key: "${KEY:-none}", models: [m/x, 'm/y']}
          b:
            <<: *a
            request: {headers: {X-A: >-
              folded}, drop-fields: [user]}
        model-mapping:
          ? m/z
          : [a, b]
        routers: {r: {load-balance: {chat: {strategy: round-robin, providers: [a, b]}}}}
        telemetry: {service-name: |
          block
          }
        """;

    /// <summary>Bytes that mean something to YAML or to substitution are the likeliest to break a reader.</summary>
    private static ReadOnlySpan<byte> Interesting => "{}[]:,&*!|>'\"%@`#?-<$\t\n\r \\~0\0\u00FF"u8;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Load_MutatedDocument_NeverThrowsAndPointsInside(int seed)
    {
        var random = new Random(seed);
        byte[] valid = Encoding.UTF8.GetBytes(Valid);
        int refused = 0;
        for (int round = 0; round < 2_000; round++)
        {
            List<byte> bytes = [.. valid];
            for (int change = random.Next(1, 6); change > 0; change--)
                Mutate(bytes, random);

            Load load = Load.NoFile();
            load.Files["gateway.yaml"] = [.. bytes];
            ConfigurationResult result = load.Result();
            int lines = bytes.Count(b => b is (byte)'\n' or (byte)'\r') + 2;
            Assert.All(result.Errors, error => Assert.InRange(error.Line, 1, lines));
            Assert.NotEqual(result.IsValid, result.Errors.Count > 0);
            refused += result.IsValid ? 0 : 1;
        }

        Assert.InRange(refused, 200, 2_000);
    }

    private static void Mutate(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count);
        switch (random.Next(5))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2:
                bytes.Insert(at, Interesting[random.Next(Interesting.Length)]);
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                bytes.Add((byte)' ');
                break;
            default:
                bytes.InsertRange(at, bytes.Slice(random.Next(bytes.Count / 2), random.Next(1, 20)));
                break;
        }
    }
}
