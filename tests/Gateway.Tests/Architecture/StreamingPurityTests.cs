using System.Reflection;
using Gateway.Streaming.Relay;

namespace Gateway.Tests.Architecture;

/// <summary>Gateway.Streaming is bytes only: no ASP.NET, no dependency injection, no logging, no clock, no network.</summary>
public class StreamingPurityTests
{
    private static readonly Assembly Streaming = typeof(StreamRelay).Assembly;

    private static readonly string[] Clocks =
    [
        "System.TimeProvider", "System.DateTime", "System.DateTimeOffset", "System.Diagnostics.Stopwatch", "System.Environment",
        "System.Threading.Timer", "System.Threading.PeriodicTimer", "System.Threading.Thread",
    ];

    [Fact]
    public void Streaming_ReferencedAssemblies_ArePlatformOnly() => Assert.DoesNotContain(
        Streaming.GetReferencedAssemblies(),
        assembly => !assembly.Name!.StartsWith("System.", StringComparison.Ordinal) || assembly.Name.StartsWith("System.Net", StringComparison.Ordinal));

    [Fact]
    public void Streaming_Code_ReadsNoClock()
    {
        IReadOnlySet<CodeReference> references = CodeReferences.Of(Streaming.Location);

        Assert.Contains(references, reference => reference.To == "System.IO.Pipelines.PipeWriter");
        Assert.DoesNotContain(references, reference => Clocks.Contains(reference.To) || reference is { To: "System.Threading.Tasks.Task", Member: "Delay" });
    }
}
