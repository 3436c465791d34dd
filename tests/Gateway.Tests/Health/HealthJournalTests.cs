using Gateway.Health;
using Gateway.Tests.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Health;

public sealed class HealthJournalTests
{
    [Fact]
    public void Record_Ejection_IsCountedWithItsReason()
    {
        using MetricsFixture fixture = new();
        HealthJournal journal = new(fixture.Metrics, NullLogger<HealthJournal>.Instance);
        foreach (HealthEvent happened in Enum.GetValues<HealthEvent>())
            journal.Record(new("p", "p-1", happened, FailureReason.Timeout, TimeSpan.FromSeconds(5)));
        Assert.Contains("""gateway_replica_ejections_total{provider="p",reason="timeout",replica="p-1"} 1""", fixture.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void ReplicaUp_Scraped_IsOneOrZero()
    {
        using MetricsFixture fixture = new();
        fixture.Metrics.ObserveReplicas(() => [new("p", "p-1", 0), new("p", "p-2", 0, IsUp: false)]);
        string scrape = fixture.Scrape();
        Assert.Contains("""gateway_replica_up{provider="p",replica="p-1"} 1""", scrape, StringComparison.Ordinal);
        Assert.Contains("""gateway_replica_up{provider="p",replica="p-2"} 0""", scrape, StringComparison.Ordinal);
    }
}
