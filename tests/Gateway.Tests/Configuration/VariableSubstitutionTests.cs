namespace Gateway.Tests.Configuration;

public sealed class VariableSubstitutionTests
{
    [Theory]
    [InlineData("${A}", "one")]
    [InlineData("x-${A}-${B}", "x-one-")]
    [InlineData("${UNSET:-two}", "two")]
    [InlineData("${B:-two}", "two")]
    [InlineData("${A:-two}", "one")]
    [InlineData("$${A}", "${A}")]
    [InlineData("$A $", "$A $")]
    [InlineData("'${A}'", "one")]
    [InlineData("${UNSET:-a:-b}", "a:-b")]
    public void Value_WithReferences_IsExpanded(string value, string expected)
    {
        Load load = Load.Yaml($"{Load.Minimal}telemetry: {{service-name: \"{value}\"}}".Replace("\"'", "'", StringComparison.Ordinal).Replace("'\"", "'", StringComparison.Ordinal));

        Assert.Equal(expected, load.With("A", "one").With("B", "").Options().Telemetry.ServiceName);
    }

    [Fact]
    public void Value_EmptyAfterExpansion_IsAbsent() =>
        Assert.Null(Load.Yaml($"{Load.Minimal}telemetry: {{otlp-endpoint: \"${{OTLP:-}}\"}}").Options().Telemetry.OtlpEndpoint);

    [Fact]
    public void Key_WithReference_IsNotExpanded() =>
        Assert.Equal("gateway.yaml:3:1: ${A}: unknown key — known here: server, auth, providers, model-mapping, routers, retries, hedging, keepalive, mid-stream, cache, limits, telemetry",
            Load.Yaml($"{Load.Minimal}${{A}}: 1").With("A", "server").Error().ToString());

    [Fact]
    public void Variable_WithYaml_StaysText() =>
        Assert.Equal("a: [b]", Load.Yaml($"{Load.Minimal}telemetry: {{service-name: \"${{A}}\"}}").With("A", "a: [b]").Options().Telemetry.ServiceName);
}
