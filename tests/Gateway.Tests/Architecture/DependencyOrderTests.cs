using Gateway.Configuration;
using Gateway.Tests.Architecture.Planted;

namespace Gateway.Tests.Architecture;

public class DependencyOrderTests
{
    private static readonly IReadOnlySet<CodeReference> Gateway = CodeReferences.Of(typeof(GatewayOptions).Assembly.Location);
    private static readonly IReadOnlyList<string> PlantedViolations =
        new DependencyOrder(typeof(Map).Namespace!).Violations(CodeReferences.Of(typeof(Map).Assembly.Location));

    [Fact]
    public void Gateway_EveryReference_KeepsTheDependencyOrder() => Assert.Empty(new DependencyOrder("Gateway").Violations(Gateway));

    /// <summary>The check above would also pass if it read nothing.</summary>
    [Theory]
    [InlineData("Gateway.StreamedAnswer", "Gateway.Relay.StreamPump")]
    [InlineData("Gateway.Models.ModelCatalog", "Gateway.Upstream.UpstreamQuery")]
    [InlineData("Gateway.Relay.StreamPump", "Gateway.Streaming.Relay.StreamRelay")]
    public void Gateway_ReferencesInsideAsyncMethods_AreSeen(string from, string to) =>
        Assert.Contains(Gateway, reference => reference.From == from && reference.To == to);

    [Theory]
    [InlineData("Planted.Relay.InMethodBody", "Planted.Admission.Door: Relay/ is below Admission/")]
    [InlineData("Planted.Relay.InAsyncMethod", "Planted.Admission.Door: Relay/ is below Admission/")]
    [InlineData("Planted.Relay.InIterator", "Planted.Admission.Door: Relay/ is below Admission/")]
    [InlineData("Planted.Relay.InLambda", "Planted.Admission.Door: Relay/ is below Admission/")]
    [InlineData("Planted.Relay.InTypeArgument", "Planted.Admission.Door: Relay/ is below Admission/")]
    [InlineData("Planted.Relay.InCatch", "Planted.Admission.DoorException: Relay/ is below Admission/")]
    [InlineData("Planted.Relay.UsesRoot", "Planted.Map: Relay/ must not know who puts the steps together")]
    [InlineData("Planted.Telemetry.UsesStep", "Planted.Relay.InLambda: Telemetry/ is a leaf")]
    [InlineData("Planted.Hosting.UsesAll", "Planted.Attic.Box: Attic/ has no place")]
    public void Planted_Violation_IsFound(string from, string problem) =>
        Assert.Single(PlantedViolations, line => line.Contains($"{from} → ", StringComparison.Ordinal) && line.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("Planted.Upstream.UsesBelow")]
    [InlineData("Planted.Map")]
    public void Planted_AllowedReference_IsNotReported(string from) =>
        Assert.DoesNotContain(PlantedViolations, line => line.Contains($"{from} → ", StringComparison.Ordinal));
}
