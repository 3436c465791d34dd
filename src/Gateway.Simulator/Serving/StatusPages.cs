using System.Globalization;
using System.Text;
using Gateway.Simulator.Answers;
using Gateway.Simulator.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>The GET side: health, liveness, models, readiness of a model, metrics.</summary>
internal sealed class StatusPages(SimulatorOptions options, SimulatedFrontend frontend)
{
    private const string ModelsPath = "/v1/models";

    public Task WriteAsync(HttpContext context, string path) => path switch
    {
        "/live" => JsonAsync(context, 200, "{\"status\":\"live\",\"message\":\"Service is live\"}"),
        "/health" => HealthAsync(context),
        "/metrics" => TextAsync(context, 200, "text/plain; version=0.0.4", Metrics()),
        ModelsPath => JsonAsync(context, 200, $"{{\"object\":\"list\",\"data\":[{string.Join(',', Listed().Select(Listing))}]}}"),
        _ when path.StartsWith(ModelsPath + "/", StringComparison.Ordinal) => ModelAsync(context, path[(ModelsPath.Length + 1)..].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)),
        _ => EmptyAsync(context, 404),
    };

    public static Task EmptyAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public static async Task TextAsync(HttpContext context, int status, string contentType, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body);
    }

    private static Task JsonAsync(HttpContext context, int status, string json) => TextAsync(context, status, "application/json", json);

    /// <summary>200 with no worker at all; draining shows from 1.2 on only.</summary>
    private Task HealthAsync(HttpContext context)
    {
        bool down = frontend.IsDraining && options.Generation == DynamoGeneration.From12;
        string status = down ? "shutting_down" : "healthy";
        string endpoints = frontend.IsReady ? "\"dyn://dynamo.backend.generate\"" : "";
        return JsonAsync(context, down ? 503 : 200, $"{{\"status\":\"{status}\",\"message\":\"Service is {status}\",\"endpoints\":[{endpoints}],\"instances\":[]}}");
    }

    /// <summary>Ids hold slashes, so "ready" is a suffix and not a segment.</summary>
    private Task ModelAsync(HttpContext context, string id)
    {
        const string Ready = "/ready";
        bool asksReady = options.Generation == DynamoGeneration.From12 && id.EndsWith(Ready, StringComparison.Ordinal);
        string model = asksReady ? id[..^Ready.Length] : id;
        if (!IsAccepted(model))
        {
            return ErrorReply.WriteAsync(context, SimulatedEndpoint.Chat, 404);
        }

        return JsonAsync(context, 200, asksReady ? $"{{\"model\":\"{Escaped(model)}\",\"ready\":true}}" : Listing(model));
    }

    /// <summary>Fault models are accepted like an adapter that a server loads on demand: not listed, but there when asked for by name.</summary>
    private bool IsAccepted(string model) => Listed().Contains(model, StringComparer.Ordinal) || (frontend.IsReady && model.StartsWith("sim/", StringComparison.Ordinal) && FaultCatalog.IsKnown(model));

    private IReadOnlyList<string> Listed() => frontend.IsReady ? options.Models : [];

    /// <summary>"object" is what Dynamo's listing calls a model.</summary>
    private static string Listing(string model) => $"{{\"id\":\"{Escaped(model)}\",\"object\":\"object\",\"created\":1735689600,\"owned_by\":\"nvidia\"}}";

    private static string Escaped(string text) => Encoding.UTF8.GetString(JsonText.Escape(text));

    private string Metrics()
    {
        ReplicaLoad load = frontend.Load;
        string model = options.Models.Count > 0 ? Escaped(options.Models[0]) : "none";
        var text = new StringBuilder();
        Counter("requests_total", $"model=\"{model}\",status=\"success\"", load.Completed);
        text.AppendLine(CultureInfo.InvariantCulture, $"dynamo_frontend_requests_total{{model=\"{model}\",status=\"error\"}} {load.Cancelled + load.Failed}");
        text.AppendLine("# TYPE dynamo_frontend_active_requests gauge");
        text.AppendLine(CultureInfo.InvariantCulture, $"dynamo_frontend_active_requests{{model=\"{model}\"}} {load.Active}");
        Counter("output_tokens_total", $"model=\"{model}\"", load.OutputTokens);
        Counter("model_rejection_total", $"model=\"{model}\",endpoint=\"chat_completions\"", load.Rejected);
        Summary("time_to_first_token_seconds", load.FirstTokenTime.TotalSeconds, load.FirstTokens);
        return text.Replace(Environment.NewLine, "\n").ToString();

        void Counter(string name, string labels, long value)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"# TYPE dynamo_frontend_{name} counter");
            text.AppendLine(CultureInfo.InvariantCulture, $"dynamo_frontend_{name}{{{labels}}} {value}");
        }

        void Summary(string name, double sum, long count)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"# TYPE dynamo_frontend_{name} histogram");
            text.AppendLine(CultureInfo.InvariantCulture, $"dynamo_frontend_{name}_bucket{{model=\"{model}\",le=\"+Inf\"}} {count}");
            text.AppendLine(CultureInfo.InvariantCulture, $"dynamo_frontend_{name}_sum{{model=\"{model}\"}} {sum}");
            text.AppendLine(CultureInfo.InvariantCulture, $"dynamo_frontend_{name}_count{{model=\"{model}\"}} {count}");
        }
    }
}
