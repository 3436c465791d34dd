using System.Text.Json;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary>A JSON answer of the admin listener: never cached, its length known.</summary>
internal static class AdminJson
{
    internal static async Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write)
    {
        using PooledBuffer body = new();
        await using Utf8JsonWriter json = new(body);
        write(json);
        await json.FlushAsync();
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = body.Written.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body.Written, http.RequestAborted);
    }
}
