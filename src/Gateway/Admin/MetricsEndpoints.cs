using Gateway.Failures;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary><c>server.metrics-listen</c>: what a scraper and a probe from outside may see, and nothing else.</summary>
/// <param name="metrics">The figures.</param>
/// <param name="health">Answers <c>/health</c> and what is below it, as on the public listener.</param>
internal sealed class MetricsEndpoints(MetricsPipeline metrics, RequestDelegate health)
{
    internal Task InvokeAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        if (request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            return health(http);
        if (request.Path.Value != "/metrics")
            return RefuseAsync(http, new(FailureCode.RouteNotFound, "There are only /metrics and /health on the metrics listener."));
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return metrics.Prometheus.WriteAsync(http);
        http.Response.Headers.Allow = "GET, HEAD";
        return RefuseAsync(http, new(FailureCode.MethodNotAllowed, "This path takes GET, HEAD."));
    }

    private static Task RefuseAsync(HttpContext http, Failure failure) => Responses.WriteFailureAsync(http, default, failure, outcome: null);
}
