using Gateway.Failures;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary>The admin listener: which path goes where, and who may change something.</summary>
internal sealed class AdminEndpoints(MetricsPipeline metrics, StatusEndpoint status, ReplicaEndpoints replicas, ConfigurationEndpoints configuration)
{
    internal Task InvokeAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        string path = request.Path.Value ?? "";
        bool isGet = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        switch (path)
        {
            case "/metrics" when isGet:
                return metrics.Prometheus.WriteAsync(http);
            case "/admin/status" when isGet:
                return status.WriteAsync(http);
            case "/admin/config" when isGet:
                return configuration.WriteAsync(http);
            case "/admin/reload" when HttpMethods.IsPost(request.Method):
                return RequestOrigin.IsForeign(request) ? RefuseForeignAsync(http) : configuration.ReloadAsync(http);
            case "/admin/reload":
                return RefuseMethodAsync(http, "POST");
            case "/health/live" when isGet:
                http.Response.ContentType = "application/json";
                return http.Response.WriteAsync("{\"status\":\"live\"}");
            case "/metrics" or "/health/live" or "/admin/status" or "/admin/config":
                return RefuseMethodAsync(http, "GET, HEAD");
        }

        if (ReplicaCommand.Parse(path) is not { } command)
            return RefuseAsync(http, new(FailureCode.RouteNotFound, "There is no such path on the admin listener."));
        if (!HttpMethods.IsPost(request.Method))
            return RefuseMethodAsync(http, "POST");
        return RequestOrigin.IsForeign(request)
            ? RefuseForeignAsync(http)
            : replicas.RunAsync(http, command);
    }

    private static Task RefuseMethodAsync(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return RefuseAsync(http, new(FailureCode.MethodNotAllowed, $"This path takes {allowed}."));
    }

    private static Task RefuseForeignAsync(HttpContext http) =>
        RefuseAsync(http, new(FailureCode.CrossOrigin, "A page of another origin may not change anything here."));

    private static Task RefuseAsync(HttpContext http, Failure failure) => Responses.WriteFailureAsync(http, default, failure, outcome: null);
}
