using Gateway.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary>The admin listener: <c>GET /metrics</c> and the liveness of the process.</summary>
internal sealed class AdminEndpoints(MetricsPipeline metrics)
{
    internal Task InvokeAsync(HttpContext http)
    {
        bool isGet = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        switch (http.Request.Path.Value)
        {
            case "/metrics" when isGet:
                return metrics.Prometheus.WriteAsync(http);
            case "/health/live" when isGet:
                http.Response.ContentType = "application/json";
                return http.Response.WriteAsync("{\"status\":\"live\"}");
            case "/metrics" or "/health/live":
                http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                http.Response.Headers.Allow = "GET, HEAD";
                return Task.CompletedTask;
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }
}
