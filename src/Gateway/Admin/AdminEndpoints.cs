using Gateway.Failures;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary>The admin listener: which path goes where.</summary>
/// <param name="access">Asked about everything but <c>/health</c>.</param>
/// <param name="metrics">The figures.</param>
/// <param name="health">Answers <c>/health</c> and what is below it, as on the public listener.</param>
/// <param name="status">The state of every replica.</param>
/// <param name="replicas">Changes it.</param>
/// <param name="cache">Forgets answers.</param>
/// <param name="configuration">What is configured, and the reload.</param>
internal sealed class AdminEndpoints(
    AdminAccess access, MetricsPipeline metrics, RequestDelegate health, StatusEndpoint status, ReplicaEndpoints replicas, ConfigurationEndpoints configuration, CacheEndpoint cache)
{
    internal Task InvokeAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        // Probes have no credentials, and there is nothing to hide.
        if (request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            return health(http);
        if (access.Refusal(request) is { } refused)
        {
            if (refused.Code == FailureCode.InvalidAdminToken)
                http.Response.Headers.WWWAuthenticate = "Bearer";
            return RefuseAsync(http, refused);
        }

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
            case "/admin/reload":
                return HttpMethods.IsPost(request.Method) ? configuration.ReloadAsync(http) : RefuseMethodAsync(http, "POST");
            case "/admin/cache":
                return HttpMethods.IsDelete(request.Method) ? cache.PurgeAsync(http) : RefuseMethodAsync(http, "DELETE");
            case "/metrics" or "/admin/status" or "/admin/config":
                return RefuseMethodAsync(http, "GET, HEAD");
        }

        if (ReplicaCommand.Parse(path) is not { } command)
            return RefuseAsync(http, new(FailureCode.RouteNotFound, "There is no such path on the admin listener."));
        if (!HttpMethods.IsPost(request.Method))
            return RefuseMethodAsync(http, "POST");
        return replicas.RunAsync(http, command);
    }

    private static Task RefuseMethodAsync(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return RefuseAsync(http, new(FailureCode.MethodNotAllowed, $"This path takes {allowed}."));
    }

    private static Task RefuseAsync(HttpContext http, Failure failure) => Responses.WriteFailureAsync(http, default, failure, outcome: null);
}
