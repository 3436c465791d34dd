using Gateway.Telemetry;

namespace Gateway.Tests.Telemetry;

public sealed class PrometheusNameTests
{
    [Theory]
    [InlineData("gateway_requests", null, "counter", "gateway_requests", "gateway_requests_total")]
    [InlineData("dotnet.process.cpu.time", "s", "counter", "dotnet_process_cpu_time_seconds", "dotnet_process_cpu_time_seconds_total")]
    [InlineData("dotnet.gc.collections", "{collection}", "counter", "dotnet_gc_collections", "dotnet_gc_collections_total")]
    [InlineData("dotnet.timer.count", "{timer}", "gauge", "dotnet_timers", "dotnet_timers")]
    [InlineData("dotnet.assembly.count", "{assembly}", "gauge", "dotnet_assemblies", "dotnet_assemblies")]
    [InlineData("work.item.count", "{item}", "counter", "work_item_count", "work_item_count_total")]
    [InlineData("wait_seconds", "s", "histogram", "wait_seconds", "wait_seconds")]
    [InlineData("ratio", "1", "gauge", "ratio", "ratio")]
    [InlineData("9 lives", null, "gauge", "_9_lives", "_9_lives")]
    public void Of_Instrument_FollowsThePrometheusRules(string name, string? unit, string type, string family, string sample)
    {
        var result = PrometheusName.Of(name, unit, type);

        Assert.Equal((family, sample), (result.Family, result.Sample));
    }
}
