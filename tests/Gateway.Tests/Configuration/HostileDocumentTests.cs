using System.Text;
using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

/// <summary>Whole documents with lines moved, values replaced by the worst there are, and YAML's own traps: options or errors inside the file, nothing else.</summary>
public sealed class HostileDocumentTests
{
    private const int Rounds = 1_500;

    private static readonly string Valid = """
        server:
          listen: [http://127.0.0.1:8080]
          admin-listen: http://127.0.0.1:9091
          metrics-listen: http://0.0.0.0:9090
          admin-token: token
          cors: [https://chat.example]
          max-connections: 100
          client-stall: 5m
        providers:
          a: &a
            type: dynamo
            base-urls: [http://a:8000, http://b:8000]
            timeouts: {connect: 2s}
            health: {interval: 5s, eject-after: 3}
            request: {headers: {x-a: b}, drop-fields: [user]}
          b:
            <<: *a
            models: [m/x]
        routers: {r: {load-balance: {chat: {strategy: weighted, providers: [{name: a, weight: 2}, b]}}}}
        model-mapping: {m: [n]}
        retries: {max-attempts: 3, budget: 20%}
        hedging: {delay: p95}
        telemetry: {logs: json}
        """;

    private static readonly string[] Values =
    [
        "", "~", "null", "[]", "{}", "[[]]", "{{}: {}}", "*a", "*nowhere", "&x *x", "&r [*r]", "!!binary AAAA", "!<tag:x> y", "? ", "- ", "|", ">-", "\"", "'", "\"\\x00\"", "\u0001", "\uFEFF", "\t",
        "-1", "0", "1e309", "NaN", "99999999999999999999999", "0x7fffffffffffffff", "1_000", "true", "2027-13-45", "${", "${}", "${A:-${B}}", "${NOT_SET}", "$${", "%", "1000000%", "-5%", "25h", "-1s", "9e99h", "1e99KiB",
        "http://", "http://[::", "http://a:99999", "http://0.0.0.0:0", "http://\u0130\u0307.example", "https://xn--a", "file:///etc/passwd", "*", "p101", "p-1", "a: b: c", "---", "...", "%YAML 9.9", "<<: *a", "{<<: [*a, *a, 1]}",
    ];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Load_RearrangedDocument_NeverThrowsAndPointsInside(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < Rounds; round++)
        {
            List<string> lines = [.. Valid.Split('\n')];
            for (int change = random.Next(1, 5); change > 0; change--)
                Change(lines, random);
            Check(string.Join('\n', lines), $"seed {seed}, round {round}");
        }
    }

    public static TheoryData<string, string> Traps => new()
    {
        { "nested lists", new string('[', 100_000) },
        { "nested sections", string.Concat(Enumerable.Range(0, 2_000).Select(depth => new string(' ', depth) + "a:\n")) },
        { "nested flow sections", string.Concat(Enumerable.Repeat("{a: ", 50_000)) },
        { "a huge scalar", "providers: " + new string('x', 1_000_000) },
        { "a huge key", new string('k', 1_000_000) + ": 1" },
        { "over the size limit", new string('#', (1 << 20) + 1) },
        { "a billion laughs", "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n")) + "providers: *a40\n" },
        { "laughs in sections", "a0: &a0 {x: {}}\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} {{{string.Join(", ", Enumerable.Range(0, 10).Select(k => $"k{k}: *a{i - 1}"))}}}\n")) + "providers: *a40\nrouters: *a40\n" },
        { "laughs by merging", "a0: &a0 {x: 1}\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} {{<<: [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]}}\n")) + "providers: *a40\n" },
        { "an anchor that holds itself", "providers: &p {a: *p}\n" },
        { "a section that merges itself", "providers: &p\n  <<: *p\n" },
        { "many documents", string.Concat(Enumerable.Repeat("---\na: 1\n", 1_000)) },
        { "many keys", string.Concat(Enumerable.Range(0, 50_000).Select(i => $"k{i}: 1\n")) },
        { "one key many times", string.Concat(Enumerable.Repeat("a: 1\n", 50_000)) },
        { "tabs", "providers:\n\ta:\n\t\ttype: dynamo\n" },
        { "only a byte order mark", "\uFEFF" },
        { "byte order marks everywhere", "\uFEFF\uFEFFproviders:\uFEFF {}\n" },
        { "nothing but NUL", new string('\0', 1_000) },
        { "NUL in a value", "providers: {a: {type: dyn\0amo}}\n" },
        { "carriage returns only", "providers:\r  a:\r    type: nope\r" },
        { "a lone surrogate", "providers: \"\\uD800\"\n" },
        { "a long directive", "%TAG ! " + new string('t', 100_000) + "\n---\n" },
        { "endless questions", string.Concat(Enumerable.Repeat("? ", 10_000)) },
        { "endless dashes", string.Concat(Enumerable.Repeat("- ", 10_000)) },
    };

    [Theory]
    [MemberData(nameof(Traps))]
    public async Task Load_Trap_EndsSoonWithErrorsInside(string name, string document)
    {
        Task check = Task.Run(() => Check(document, name));
        await check.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    private static void Change(List<string> lines, Random random)
    {
        int at = random.Next(lines.Count);
        switch (random.Next(6))
        {
            case 0:
                lines.RemoveAt(at);
                lines.Add("");
                break;
            case 1:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 2:
                (lines[at], lines[random.Next(lines.Count)]) = (lines[random.Next(lines.Count)], lines[at]);
                break;
            case 3:
                lines[at] = new string(' ', random.Next(9)) + lines[at].TrimStart();
                break;
            default:
                int colon = lines[at].IndexOf(": ", StringComparison.Ordinal);
                lines[at] = (colon < 0 ? lines[at] + " " : lines[at][..(colon + 2)]) + Values[random.Next(Values.Length)];
                break;
        }
    }

    private static void Check(string document, string what)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(document);
        Load load = Load.NoFile();
        load.Files["gateway.yaml"] = bytes;
        ConfigurationResult result;
        try
        {
            result = load.Result();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{what}: {exception.GetType().Name} for:\n{(document.Length < 4_000 ? document : document[..4_000])}", exception);
        }

        int lines = bytes.Count(b => b is (byte)'\n' or (byte)'\r') + 2;
        Assert.True(result.IsValid != result.Errors.Count > 0, what);
        Assert.All(result.Errors, error => Assert.True(error.Line >= 1 && error.Line <= lines && error.Column >= 1 || document.Length > 1 << 20, $"{what}: {error}"));
    }
}
