using System.Globalization;
using Gateway.Configuration;
using Gateway.Streaming;
using Gateway.Telemetry;
using TestKit.Memory;

namespace Gateway.Tests.Telemetry;

public sealed class GatewayMetricsTests : IDisposable
{
    private readonly MetricsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("""gateway_requests_total{endpoint="chat",model="meta/llama",outcome="ok",provider="nim",router="default",status="200"} 1""")]
    [InlineData("""gateway_request_duration_seconds_bucket{endpoint="chat",model="meta/llama",provider="nim",router="default",le="1"} 0""")]
    [InlineData("""gateway_request_duration_seconds_bucket{endpoint="chat",model="meta/llama",provider="nim",router="default",le="2.5"} 1""")]
    [InlineData("""gateway_request_duration_seconds_sum{endpoint="chat",model="meta/llama",provider="nim",router="default"} 1.50025""")]
    [InlineData("""gateway_time_to_first_token_seconds_sum{model="meta/llama",provider="nim"} 0.2""")]
    [InlineData("""gateway_overhead_seconds_sum{endpoint="chat"} 0.0005""")]
    [InlineData("""gateway_tokens_total{kind="prompt",model="meta/llama",provider="nim",source="upstream"} 10""")]
    [InlineData("""gateway_tokens_total{kind="completion",model="meta/llama",provider="nim",source="upstream"} 20""")]
    [InlineData("""gateway_tokens_total{kind="cached",model="meta/llama",provider="nim",source="upstream"} 5""")]
    [InlineData("""gateway_tokens_total{kind="reasoning",model="meta/llama",provider="nim",source="upstream"} 7""")]
    [InlineData("""gateway_upstream_attempts_total{provider="dynamo",replica="dynamo-1",result="upstream_overloaded"} 1""")]
    [InlineData("""gateway_upstream_attempts_total{provider="nim",replica="nim-0",result="ok"} 1""")]
    [InlineData("""gateway_retries_total{reason="upstream_overloaded"} 1""")]
    [InlineData("""gateway_fallbacks_total{from="dynamo",to="nim"} 1""")]
    [InlineData("""gateway_keepalives_total{style="comment"} 2""")]
    [InlineData("""gateway_malformed_events_total{provider="nim"} 1""")]
    [InlineData("""gateway_client_disconnects_total{phase="streaming"} 1""")]
    public void RequestFinished_Stream_RecordsSample(string sample)
    {
        var outcome = Outcomes.Stream();
        outcome.KeepaliveStyle = KeepaliveStyle.Comment;
        outcome.DisconnectPhase = DisconnectPhase.Streaming;

        _fixture.Metrics.RequestFinished(outcome);

        Assert.Contains(sample, Samples());
    }

    [Fact]
    public void RequestFinished_Refused_HasNoProviderAndNoTokens()
    {
        _fixture.Metrics.RequestFinished(Outcomes.Refused());

        var samples = Samples();
        Assert.Contains("""gateway_requests_total{endpoint="other",model="other",outcome="client_error",provider="none",router="none",status="404"} 1""", samples);
        Assert.DoesNotContain(samples, sample => sample.StartsWith("gateway_tokens", StringComparison.Ordinal));
        Assert.DoesNotContain(samples, sample => sample.StartsWith("gateway_time_to_first_token", StringComparison.Ordinal));
    }

    [Fact]
    public void RequestFinished_StreamWithoutUsage_EstimatesCompletionByChunks()
    {
        var outcome = Outcomes.Stream();
        outcome.Usage = null;

        _fixture.Metrics.RequestFinished(outcome);

        Assert.Equal(
            ["""gateway_tokens_total{kind="completion",model="meta/llama",provider="nim",source="estimated"} 20"""],
            Samples().Where(sample => sample.StartsWith("gateway_tokens", StringComparison.Ordinal)));
    }

    [Fact]
    public void RequestFinished_UpstreamsOwnCode_IsNoLabelValue()
    {
        var outcome = Outcomes.Refused();
        outcome.Attempts.Add(new AttemptRecord("nim", "nim-0", "code-made-up-by-the-upstream", TimeSpan.Zero));

        _fixture.Metrics.RequestFinished(outcome);

        Assert.Contains("""gateway_upstream_attempts_total{provider="nim",replica="nim-0",result="other"} 1""", Samples());
    }

    [Fact]
    public void RequestFinished_WaitedLongerThanDuration_RecordsNoNegativeOverhead()
    {
        var outcome = Outcomes.Refused();
        outcome.Waited = TimeSpan.FromSeconds(1);

        _fixture.Metrics.RequestFinished(outcome);

        Assert.Contains("""gateway_overhead_seconds_sum{endpoint="other"} 0""", Samples());
    }

    [Fact]
    public void ActiveRequests_StartedAndFinished_ReturnToZero()
    {
        _fixture.Metrics.RequestStarted(Endpoint.ChatCompletions);
        _fixture.Metrics.RequestStarted(Endpoint.ChatCompletions);
        _fixture.Metrics.RequestStarted(null);
        _fixture.Metrics.StreamStarted();
        Assert.Contains("""gateway_active_requests{endpoint="chat"} 2""", Samples());
        Assert.Contains("""gateway_active_requests{endpoint="other"} 1""", Samples());
        Assert.Contains("gateway_active_streams 1", Samples());

        _fixture.Metrics.RequestFinished(Outcomes.Stream());
        _fixture.Metrics.StreamEnded();

        Assert.Contains("""gateway_active_requests{endpoint="chat"} 1""", Samples());
        Assert.Contains("gateway_active_streams 0", Samples());
    }

    [Fact]
    public void ReplicaInflight_Observed_IsReadAtEachScrape()
    {
        var load = 3;
        _fixture.Metrics.ObserveReplicas(() => [new ReplicaLoad("dynamo", "dynamo-0", load)]);
        Assert.Contains("""gateway_replica_inflight{provider="dynamo",replica="dynamo-0"} 3""", Samples());

        load = 4;

        Assert.Contains("""gateway_replica_inflight{provider="dynamo",replica="dynamo-0"} 4""", Samples());
    }

    [Fact]
    public void ReplicaInflight_ReplicaIsGone_LeavesTheScrapeAndComesBackWithIt()
    {
        const string Gone = """gateway_replica_inflight{provider="dynamo",replica="dynamo-3f2a1b"} 2""";
        ReplicaLoad stays = new("dynamo", "dynamo-000001", 1);
        ReplicaLoad goes = new("dynamo", "dynamo-3f2a1b", 2);
        ReplicaLoad[] loads = [stays, goes];
        _fixture.Metrics.ObserveReplicas(() => loads);
        Assert.Contains(Gone, Samples());

        loads = [stays];
        Assert.DoesNotContain(Samples(), sample => sample.Contains("dynamo-3f2a1b", StringComparison.Ordinal));
        Assert.Contains("""gateway_replica_inflight{provider="dynamo",replica="dynamo-000001"} 1""", Samples());

        loads = [stays, goes];
        Assert.Contains(Gone, Samples());
    }

    [Fact]
    public void BuildInfo_Always_NamesVersionFrameworkAndAot() =>
        Assert.Contains(Samples(), sample =>
            sample.StartsWith("gateway_build_info{aot=\"false\",framework=\".NET ", StringComparison.Ordinal) && sample.EndsWith("} 1", StringComparison.Ordinal));

    [Fact]
    public void Runtime_Always_IsIncluded() =>
        Assert.Contains(Samples(), sample => sample.StartsWith("dotnet_gc_collections_total{", StringComparison.Ordinal));

    [Fact]
    public void InterToken_SameLabels_SharesOneRecorder()
    {
        var recorder = _fixture.Metrics.InterToken("m", "p");
        recorder.Record(0.0005);
        recorder.Record(20);

        Assert.Same(recorder, _fixture.Metrics.InterToken("m", "p"));
        Assert.Contains("""gateway_inter_token_latency_seconds_bucket{model="m",provider="p",le="0.0005"} 1""", Samples());
        Assert.Contains("""gateway_inter_token_latency_seconds_bucket{model="m",provider="p",le="10"} 1""", Samples());
        Assert.Contains("""gateway_inter_token_latency_seconds_bucket{model="m",provider="p",le="+Inf"} 2""", Samples());
    }

    [Fact]
    public void InterToken_Record_AllocatesNothing()
    {
        var recorder = _fixture.Metrics.InterToken("m", "p");

        Assert.Equal(0, AllocatedBy(() => recorder.Record(0.02)));
    }

    [Fact]
    public void RequestFinished_Stream_AllocatesNothing()
    {
        var outcome = Outcomes.Stream();

        Assert.Equal(0, AllocatedBy(() => _fixture.Metrics.RequestFinished(outcome)));
    }

    [Fact]
    public void RequestFinished_BetweenTwoScrapes_AddsToWhatWasThere()
    {
        _fixture.Metrics.RequestFinished(Outcomes.Stream());
        Samples();
        _fixture.Metrics.RequestFinished(Outcomes.Stream());
        _fixture.Metrics.RequestFinished(Outcomes.Stream());

        Assert.Contains("""gateway_requests_total{endpoint="chat",model="meta/llama",outcome="ok",provider="nim",router="default",status="200"} 3""", Samples());
        Assert.Contains("""gateway_tokens_total{kind="completion",model="meta/llama",provider="nim",source="upstream"} 60""", Samples());
        Assert.Contains("""gateway_upstream_attempts_total{provider="nim",replica="nim-0",result="ok"} 3""", Samples());
    }

    [Fact]
    public void RequestFinished_WhileOthersScrape_IsCountedOnce()
    {
        RequestResult[] results = [RequestResult.Ok, RequestResult.Incomplete, RequestResult.ClientClosed];
        Parallel.For(0, 3000, i =>
        {
            var outcome = Outcomes.Stream();
            outcome.Result = results[i % results.Length];
            _fixture.Metrics.RequestFinished(outcome);
            if (i % 100 == 0)
                Samples();
        });

        var samples = Samples();
        foreach (var result in new[] { "ok", "incomplete", "client_closed" })
            Assert.Contains($"gateway_requests_total{{endpoint=\"chat\",model=\"meta/llama\",outcome=\"{result}\",provider=\"nim\",router=\"default\",status=\"200\"}} 1000", samples);
        Assert.Contains("""gateway_tokens_total{kind="prompt",model="meta/llama",provider="nim",source="upstream"} 30000""", samples);
    }

    [Fact]
    public void RequestFinished_MoreModelsThanTheLimit_SharesTheOverflowSeries()
    {
        for (var i = 0; i < 1200; i++)
            _fixture.Metrics.InterToken($"m{i}", "p").Record(1);

        Assert.Contains(Samples(), sample => sample.StartsWith("gateway_inter_token_latency_seconds_count{otel_metric_overflow=\"true\"} ", StringComparison.Ordinal));
    }

    [Fact]
    public void RequestFinished_MoreReplicasThanTheLimit_CountsEveryAttempt()
    {
        const int Replicas = MetricViews.AttemptSeries + 1000;
        for (var i = 0; i < Replicas; i++)
        {
            var outcome = Outcomes.Refused();
            outcome.Attempts.Add(new("dynamo", $"replica-{i}", "ok", TimeSpan.Zero));
            _fixture.Metrics.RequestFinished(outcome);
        }

        var attempts = Samples().Where(sample => sample.StartsWith("gateway_upstream_attempts_total{", StringComparison.Ordinal)).ToArray();
        Assert.True(attempts.Length <= MetricViews.AttemptSeries + 1);
        Assert.Equal(Replicas, attempts.Sum(sample => long.Parse(sample.AsSpan(sample.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture)));
    }

    private static long AllocatedBy(Action action) => AllocatedBytes.LowestOf(() =>
    {
        for (var i = 0; i < 1000; i++)
            action();
    });

    private string[] Samples() => _fixture.Scrape().Split('\n');
}
