using System.Text.Json;
using Gateway.Admission;
using Gateway.Failures;
using Gateway.Models;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <summary>The public listener: relayed endpoints go to <see cref="RequestPath"/>; model lists and health are answered here.</summary>
internal sealed class PublicEndpoints(Snapshot snapshot, RequestPath requests, DrainState drain, Random random)
{
    internal Task InvokeAsync(HttpContext http)
    {
        if (RequestFraming.IsAmbiguous(http.Request.Headers))
            return RefuseFramingAsync(http);
        PublicRoute route = PublicRoute.Parse(http.Request.Path.Value ?? "");
        if (drain.IsDraining)
            ConnectionEnd.AfterThisRequest(http);
        bool isGet = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        return route.Kind switch
        {
            RouteKind.Relay when HttpMethods.IsPost(http.Request.Method) => requests.RelayAsync(http, route),
            RouteKind.Relay => RefuseMethodAsync(http, route.Endpoint, "POST"),
            RouteKind.None => RefuseAsync(http, default, new(FailureCode.RouteNotFound, $"There is no {http.Request.Method} {NearMatches.Shorten(http.Request.Path)} here.")),
            _ when !isGet => RefuseMethodAsync(http, default, "GET, HEAD"),
            RouteKind.Models => ListModelsAsync(http, route),
            RouteKind.Model => ShowModelAsync(http, route),
            RouteKind.Live => WriteAsync(http, 200, static json => WriteStatus(json, "live", null)),
            _ => HealthAsync(http),
        };
    }

    /// <summary>For a connection too many: the one answer it gets.</summary>
    internal static Task RefuseConnectionAsync(HttpContext http)
    {
        ConnectionEnd.AfterThisRequest(http);
        Endpoint endpoint = PublicRoute.Parse(http.Request.Path.Value ?? "").Endpoint;
        Failure failure = new(FailureCode.GatewayOverloaded, "The gateway has as many connections as it takes.") { RetryAfter = TimeSpan.FromSeconds(1) };
        return Responses.WriteFailureAsync(http, endpoint, failure, outcome: null);
    }

    private async Task ListModelsAsync(HttpContext http, PublicRoute route)
    {
        if (await RouterOfAsync(http, route) is var (router, mayUse))
            await WriteAsync(http, 200, json => ModelEndpoints.WriteList(json, router, route.NamesProvider, mayUse));
    }

    private async Task ShowModelAsync(HttpContext http, PublicRoute route)
    {
        if (await RouterOfAsync(http, route) is not var (router, mayUse))
            return;
        using PooledBuffer body = new();
        using Utf8JsonWriter json = new(body);
        bool found = ModelEndpoints.TryWrite(json, router, route.ModelId, route.NamesProvider, mayUse);
        await json.FlushAsync();
        if (found)
            await SendAsync(http, 200, body);
        else
            await RefuseAsync(http, default, new(FailureCode.ModelNotFound, $"The model '{NearMatches.Shorten(route.ModelId)}' does not exist.") { Param = "model" });
    }

    /// <summary>The router and what the caller may use of it; null after a refusal.</summary>
    private async ValueTask<(Router Router, Predicate<string>? MayUse)?> RouterOfAsync(HttpContext http, PublicRoute route)
    {
        AccessDecision access = snapshot.Access.Decide(http.Request.Headers, route.Router);
        if (access is not { Router: { } router, Key: { } key })
        {
            await RefuseAsync(http, default, access.Failure!);
            return null;
        }

        await snapshot.Catalog.FirstListingAsync(router.Providers, http.RequestAborted);
        return (router, key.MayUseModel);
    }

    private async Task HealthAsync(HttpContext http)
    {
        if (!drain.IsDraining)
            await snapshot.Catalog.FirstListingAsync(snapshot.Providers, http.RequestAborted);
        string? reason = drain.IsDraining ? "the gateway is shutting down"
            : snapshot.Providers.Any(provider => provider.IsUsable) ? null
            : snapshot.Providers.FirstOrDefault(provider => provider.Replicas.IsEmpty) is { } lost ? $"no address found for provider {lost.Name}"
            : snapshot.Providers.FirstOrDefault(provider => provider.Options.HasNoModels) is { } keyless ? $"provider {keyless.Name} has neither an api-key nor models"
            : snapshot.Providers.FirstOrDefault(provider => !provider.Credentials.IsAvailable) is { } tokenless ? $"provider {tokenless.Name} gets no access token"
            : "no replica of any provider is healthy and lists its models";
        await WriteAsync(http, reason is null ? 200 : 503, json => WriteStatus(json, reason is null ? "ready" : "not ready", reason));
    }

    private static void WriteStatus(Utf8JsonWriter json, string status, string? reason)
    {
        json.WriteStartObject();
        json.WriteString("status"u8, status);
        if (reason is not null)
            json.WriteString("reason"u8, reason);
        json.WriteEndObject();
    }

    private Task RefuseFramingAsync(HttpContext http)
    {
        ConnectionEnd.AfterUnreadBody(http);
        Endpoint endpoint = PublicRoute.Parse(http.Request.Path.Value ?? "").Endpoint;
        return RefuseAsync(http, endpoint, new(FailureCode.InvalidBody, "The length of the request body is not said in exactly one way."));
    }

    private Task RefuseMethodAsync(HttpContext http, Endpoint endpoint, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return RefuseAsync(http, endpoint, new(FailureCode.MethodNotAllowed, $"This path takes {allowed}."));
    }

    private Task RefuseAsync(HttpContext http, Endpoint endpoint, Failure failure)
    {
        NameRequest(http);
        return Responses.WriteFailureAsync(http, endpoint, failure, outcome: null);
    }

    private async Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        using PooledBuffer body = new();
        using Utf8JsonWriter json = new(body);
        write(json);
        await json.FlushAsync();
        await SendAsync(http, status, body);
    }

    private async Task SendAsync(HttpContext http, int status, PooledBuffer body)
    {
        NameRequest(http);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Written.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body.Written, http.RequestAborted);
    }

    private void NameRequest(HttpContext http) => http.Response.Headers["x-request-id"] = RequestIds.Choose(http.Request.Headers["x-request-id"], random);
}
