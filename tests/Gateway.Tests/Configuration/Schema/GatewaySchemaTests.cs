using System.Text;
using System.Text.Json;
using Gateway.Configuration;
using Gateway.Configuration.Schema;

namespace Gateway.Tests.Configuration.Schema;

public sealed class GatewaySchemaTests
{
    /// <summary>Defaults stand in the records, which the code uses, and in the schema, which users read.</summary>
    [Fact]
    public void Defaults_WrittenOut_ChangeNothing()
    {
        Load load = Load.Yaml("providers: {a: {type: simulator}}\nrouters: {r: {}}\nlimits: {redis: 'redis://a'}\n");
        string before = Describe(load.Options());
        foreach (ConfigurationValue value in load.Result().Values.Where(value => value.Text is not ("" or "[]") && value.Source.Kind == ConfigurationSourceKind.Default))
            load.Set(value.Path, value.Text);

        Assert.True(load.Overrides.Count >= 29);
        Assert.Equal(before, Describe(load.Options()));
    }

    [Fact]
    public void Nodes_All_AreDescribedAndWellFormed()
    {
        foreach (SchemaNode node in Descend(GatewaySchema.Root))
        {
            Assert.True(node.Key.Length == 0 || node.Description.Length > 0, node.Key);
            Assert.True(node.Kind != SchemaKind.Choice || node.Allowed.Count > 0, node.Key);
            Assert.Empty(node.Later.Intersect(node.Children.Select(child => child.Key).Concat(node.Allowed)));
        }
    }

    [Fact]
    public void JsonSchema_Written_IsTheSchema()
    {
        using var output = new MemoryStream();
        JsonSchemaWriter.Write(output);
        using JsonDocument schema = JsonDocument.Parse(output.ToArray());
        JsonElement root = schema.RootElement;

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", root.GetProperty("$schema").GetString());
        Assert.False(root.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(GatewaySchema.Root.Children.Select(child => child.Key), root.GetProperty("properties").EnumerateObject().Select(property => property.Name));
        JsonElement provider = root.GetProperty("properties").GetProperty("providers").GetProperty("additionalProperties");
        Assert.Equal("type", Assert.Single(provider.GetProperty("required").EnumerateArray()).GetString());
        JsonElement keepalive = root.GetProperty("properties").GetProperty("keepalive").GetProperty("properties");
        Assert.Equal("8s", keepalive.GetProperty("interval").GetProperty("default").GetString());
        Assert.Equal(["#/$defs/durationOrOff", "#/$defs/variable"], keepalive.GetProperty("interval").GetProperty("anyOf").EnumerateArray().Select(option => option.GetProperty("$ref").GetString()));

        string text = Encoding.UTF8.GetString(output.ToArray());
        foreach (JsonProperty definition in root.GetProperty("$defs").EnumerateObject())
            Assert.Contains($"#/$defs/{definition.Name}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Documentation_Committed_IsNotStale()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Gateway.sln")))
            directory = directory.Parent;

        Assert.NotNull(directory);
        string committed = File.ReadAllText(Path.Combine(directory.FullName, "docs", "configuration.md"));
        Assert.True(committed == MarkdownWriter.Write(), "docs/configuration.md is stale: run `gateway schema --markdown > docs/configuration.md`");
    }

    private static IEnumerable<SchemaNode> Descend(SchemaNode node)
    {
        IEnumerable<SchemaNode> below = node.Item is null ? node.Children : node.Children.Append(node.Item);
        return below.SelectMany(Descend).Prepend(node);
    }

    private static string Describe(GatewayOptions options)
    {
        ProviderOptions provider = Assert.Single(options.Providers);
        object?[] parts =
        [
            options.Server with { Listen = [] }, string.Join(',', options.Server.Listen), options.Keepalive, options.Retries, options.Hedging, options.MidStream, options.Telemetry,
            provider.Timeouts, provider.Request.StreamOptions, provider.Request.MaxTokensField, provider.SimulatedReplicas,
            string.Join('\n', options.Routers.Select(router => $"{router.Name} {router.Default.Strategy} {router.Keepalive} {router.Retries} {router.Hedging} {router.MidStream}")),
        ];
        return string.Join('\n', parts.Select(part => part?.ToString()?.Replace(" Listen = Gateway.", "", StringComparison.Ordinal)));
    }
}
