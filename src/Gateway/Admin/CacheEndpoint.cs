using Gateway.Caching;
using Gateway.Caching.Store;
using Gateway.Failures;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary><c>DELETE /admin/cache[?model=…][&amp;key=…]</c>: forgets answers, on every gateway that shares them.</summary>
internal sealed class CacheEndpoint(ResponseCache cache)
{
    internal async Task PurgeAsync(HttpContext http)
    {
        foreach (string name in http.Request.Query.Keys)
        {
            // A misspelt filter must not forget everything.
            if (name is "model" or "key" && http.Request.Query[name] is [{ Length: > 0 }])
                continue;
            await Responses.WriteFailureAsync(http, default, new(FailureCode.InvalidField, "The query takes model and key, each once and not empty.") { Param = name }, outcome: null);
            return;
        }

        PurgeFilter filter = new(Of("model"), Of("key"));
        int purged = await cache.Store.PurgeAsync(filter, http.RequestAborted);
        await AdminJson.WriteAsync(http, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("purged"u8, purged);
            json.WriteEndObject();
        });

        string? Of(string name) => http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
    }
}
