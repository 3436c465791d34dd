namespace Gateway.Load.Measures;

/// <summary>A limit that a good request keeps: <c>ttft:200ms</c>.</summary>
internal sealed record Objective(ObjectiveMetric Metric, long Limit)
{
    public bool Holds(Exchange exchange) => Metric switch
    {
        ObjectiveMetric.TimeToFirstToken => exchange.First > 0 && exchange.TimeToFirst <= Limit,
        ObjectiveMetric.TimePerOutputToken => exchange.PerToken is not { } time || time <= Limit,
        ObjectiveMetric.InterTokenLatency => exchange.InterToken is not { } time || time <= Limit,
        _ => exchange.Latency <= Limit,
    };

    /// <summary>The metric by one of the names in use: ttft, tpot, itl (per request), e2el or latency.</summary>
    public static ObjectiveMetric? MetricOf(string name) => name switch
    {
        "ttft" or "time_to_first_token" => ObjectiveMetric.TimeToFirstToken,
        "tpot" or "time_per_output_token" => ObjectiveMetric.TimePerOutputToken,
        "itl" or "inter_token_latency" => ObjectiveMetric.InterTokenLatency,
        "e2el" or "e2e" or "latency" or "request_latency" => ObjectiveMetric.RequestLatency,
        _ => null,
    };
}
