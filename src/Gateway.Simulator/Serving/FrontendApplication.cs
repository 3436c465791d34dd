using Gateway.Simulator.Requests;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Simulator.Serving;

/// <summary>
/// One replica as a Kestrel application, without a host: no middleware between the server and the answer, and no host lifetime that
/// would take the process's signals (the simulated upstreams must outlive a gateway that drains in the same process).
/// </summary>
internal sealed class FrontendApplication(SimulatorOptions options, SimulatedFrontend frontend) : IHttpApplication<HttpContext>
{
    private readonly GenerationHandler _generations = new(options, frontend);
    private readonly StatusPages _pages = new(options, frontend);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        if (context.Request.Headers.TryGetValue("x-request-id", out var requestId))
        {
            context.Response.Headers["x-request-id"] = requestId;
        }

        bool posts = HttpMethods.IsPost(context.Request.Method);
        if (GenerationPaths.Find(path) is { } endpoint)
        {
            return posts ? _generations.HandleAsync(context, endpoint) : StatusPages.EmptyAsync(context, 405);
        }

        frontend.Record(context, default);
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return StatusPages.EmptyAsync(context, 404);
        }

        return path.StartsWith(PendingAnswers.Path, StringComparison.Ordinal)
            ? _generations.HandlePollAsync(context, path[PendingAnswers.Path.Length..])
            : _pages.WriteAsync(context, path);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing is pooled: a context belongs to its request.
    }
}
