using System.Collections;
using System.Reflection;
using System.Text;
using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class SecrecyTests
{
    private const string Planted = "PLANTED";

    [Fact]
    public void Records_Printed_HoldNoSecret()
    {
        Load load = Load.Yaml("""
            providers:
              a: {type: openai, base-url: http://a, api-key: "${KEY}", request: {headers: {X-Key: PLANTED-header}}}
              b: {type: openai, base-url: http://a, api-key-file: key}
            """).With("KEY", "PLANTED-variable").WithFile("key", "PLANTED-file").Set("providers.c.type", "simulator").Set("providers.c.api-key", "PLANTED-set");
        ConfigurationResult result = load.Result();
        Assert.True(result.IsValid);
        Assert.Equal(["PLANTED-variable", "PLANTED-file", "PLANTED-set"], result.Options.Providers.Select(provider => provider.ApiKey?.Reveal()));

        var printed = new StringBuilder();
        Print(result, printed);
        Print(load.Overrides, printed);
        Assert.Contains("***", printed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, printed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api-keys: PLANTED")]
    [InlineData("api-key: [PLANTED]")]
    [InlineData("api-key: \"PLANTED\\u0007\"")]
    [InlineData("base-url: http://user:PLANTED@a")]
    [InlineData("base-url: 'http://a?key=PLANTED'")]
    [InlineData("timeouts: {idle: '${KEY}'}")]
    [InlineData("type: ${KEY}")]
    [InlineData("models: {x: PLANTED}")]
    [InlineData("request: {headers: {X-Key: \"PLANTED\\n\"}}")]
    public void Errors_Printed_HoldNoSecret(string line)
    {
        string[] errors = Load.Yaml($"providers:\n  a:\n    {line}\n").With("KEY", Planted).Errors();

        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.DoesNotContain(Planted, error, StringComparison.Ordinal));
    }

    /// <summary>Prints as a log would, and every item of every list and record below it.</summary>
    private static void Print(object? value, StringBuilder printed)
    {
        printed.AppendLine($"{value}");
        IEnumerable<object?> parts = value switch
        {
            null or string or Uri or Delegate => [],
            IEnumerable items => items.Cast<object?>(),
            _ when value.GetType().Namespace?.StartsWith("Gateway", StringComparison.Ordinal) == true || value is KeyValuePair<string, Secret> =>
                value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.GetIndexParameters().Length == 0 && value is not ConfigurationOverride).Select(property => property.GetValue(value)),
            _ => [],
        };
        foreach (object? part in parts)
            Print(part, printed);
    }
}
