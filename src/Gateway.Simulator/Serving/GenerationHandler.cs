using System.Buffers;
using System.IO.Pipelines;
using Gateway.Simulator.Answers;
using Gateway.Simulator.Faults;
using Gateway.Simulator.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>The POST side: admit, read, check, resolve the model and its faults, answer.</summary>
internal sealed class GenerationHandler(SimulatorOptions options, SimulatedFrontend frontend)
{
    private readonly PendingAnswers _pending = new();

    public async Task HandleAsync(HttpContext context, SimulatedEndpoint endpoint)
    {
        long sequence = frontend.Load.Receive();
        if (!RequestBody.IsJson(context.Request.ContentType))
        {
            await StatusPages.TextAsync(context, 415, "text/plain; charset=utf-8", "Expected request with `Content-Type: application/json`");
            return;
        }

        PipeReader reader = context.Request.BodyReader;
        if (await RequestBody.ReadAsync(context.Request, reader) is not { } body)
        {
            await ErrorReply.WriteAsync(context, endpoint, 413, "length limit exceeded");
            return;
        }

        Rejection? rejection = Parse(body, endpoint, out GenerationRequest request);
        frontend.Record(context, body);
        reader.AdvanceTo(body.End);
        if (await RefuseAsync(context, request, rejection))
        {
            return;
        }

        var random = new SplitMix64(frontend.SeedOf(sequence));
        if (Resolve(request.Model, ref random) is not { } plan)
        {
            await ErrorReply.WriteAsync(context, endpoint, 404);
        }
        else if (plan.Status != 0)
        {
            await StatusAsync(context, endpoint, plan);
        }
        else if (plan.StrictStatus != 0 && request.Strict is { } refused)
        {
            await StatusPages.TextAsync(context, plan.StrictStatus, "application/json", StrictFields.Refusal(plan.StrictStatus, refused));
        }
        else if (plan.PendingPolls > 0)
        {
            await _pending.AddAsync(context, ResponseId(context, ref random), request, plan);
        }
        else if (!frontend.Load.TryStart(options.MaxActiveGenerations))
        {
            await ErrorReply.WriteAsync(context, endpoint, options.Generation == DynamoGeneration.From12 ? 529 : 503, "All workers are busy, please retry later");
        }
        else
        {
            await GenerateAsync(context, request, plan, ref random);
        }
    }

    /// <summary>The GET that asks for an answer that was promised with a 202.</summary>
    public async Task HandlePollAsync(HttpContext context, string id)
    {
        if (await _pending.PollAsync(context, id) is not { } pending)
        {
            return;
        }

        var random = new SplitMix64(frontend.SeedOf(0));
        frontend.Load.TryStart(0);
        await GenerateAsync(context, pending.Request, pending.Plan, ref random);
    }

    private static Rejection? Parse(ReadOnlySequence<byte> body, SimulatedEndpoint endpoint, out GenerationRequest request)
    {
        if (body.IsSingleSegment)
        {
            return RequestReader.Read(body.FirstSpan, endpoint, out request);
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(copy);
        Rejection? rejection = RequestReader.Read(copy.AsSpan(0, (int)body.Length), endpoint, out request);
        ArrayPool<byte>.Shared.Return(copy);
        return rejection;
    }

    /// <summary>Draining and not ready come before anything the body says.</summary>
    private async ValueTask<bool> RefuseAsync(HttpContext context, GenerationRequest request, Rejection? rejection)
    {
        if (frontend.IsDraining)
        {
            await ErrorReply.WriteAsync(context, request.Endpoint, 503, "Service is shutting down");
            return true;
        }

        if (!frontend.IsReady)
        {
            await StatusPages.EmptyAsync(context, 404);
            return true;
        }

        if (rejection is not null)
        {
            await ErrorReply.WriteAsync(context, request.Endpoint, rejection.Status, rejection.Message);
            return true;
        }

        return false;
    }

    /// <summary>The faults of the replica and of the model's name together; null when nobody serves the model.</summary>
    private FaultPlan? Resolve(string model, ref SplitMix64 random)
    {
        bool isFault = model.StartsWith(FaultCatalog.Prefix, StringComparison.Ordinal);
        FaultPlan? plan = isFault ? FaultCatalog.Add(model, FaultPlan.None)
            : options.Models.Contains(model, StringComparer.Ordinal) ? FaultPlan.None : null;
        if (plan is null)
        {
            return null;
        }

        plan = frontend.AddFaults(plan, ref random);
        return plan.FlakyPercent > 0 && random.NextBelow(100) < plan.FlakyPercent ? plan with { Status = 503 } : plan;
    }

    private static Task StatusAsync(HttpContext context, SimulatedEndpoint endpoint, FaultPlan plan)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (plan.RetryAfterSeconds >= 0)
        {
            headers.RetryAfter = plan.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (plan.Status is >= 300 and < 400)
        {
            headers.Location = "/elsewhere";
        }

        return plan.EmptyBody ? StatusPages.EmptyAsync(context, plan.Status) : ErrorReply.WriteAsync(context, endpoint, plan.Status, plan.Message);
    }

    private Task GenerateAsync(HttpContext context, GenerationRequest request, FaultPlan plan, ref SplitMix64 random)
    {
        string id = ResponseId(context, ref random);
        var answer = new Answer(options, request, plan, id, options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
        return AccountAsync(context, answer, new GenerationClock(options, plan, frontend.Load, request.PromptTokens, random.Next()));
    }

    private async Task AccountAsync(HttpContext context, Answer answer, GenerationClock clock)
    {
        GenerationEnd end = GenerationEnd.Failed;
        try
        {
            end = await AnswerAsync(context, answer, clock);
        }
        finally
        {
            clock.Dispose();
            frontend.Load.End(end, answer.Request.Stream ? answer.CompletionTokens : answer.TotalCompletionTokens);
        }
    }

    private async Task<GenerationEnd> AnswerAsync(HttpContext context, Answer answer, GenerationClock clock)
    {
        FaultPlan plan = answer.Plan;
        if (plan.Silent)
        {
            using var pacer = new Pacer(options.TimeProvider, context.RequestAborted);
            await pacer.WaitForAbortAsync();
            return GenerationEnd.Cancelled;
        }

        if (plan.ForeignHeaders)
        {
            AddForeignHeaders(context.Response.Headers);
        }

        switch (plan.Body)
        {
            case BodyFault.Html:
                await StatusPages.TextAsync(context, 200, "text/html", "<!DOCTYPE html><html><body><h1>Welcome to the load balancer</h1></body></html>");
                return GenerationEnd.Failed;
            case BodyFault.NotJson:
                await StatusPages.TextAsync(context, 200, "application/json", "upstream says hello, not JSON");
                return GenerationEnd.Failed;
            case BodyFault.Gzip:
                context.Response.Headers.ContentEncoding = "gzip";
                break;
        }

        if (!answer.Request.Stream || answer.Request.Endpoint is SimulatedEndpoint.Embeddings or SimulatedEndpoint.CountTokens)
        {
            return await new UnaryReply(context, options, answer, clock).RunAsync();
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        return await new StreamReply(context, options, answer, clock, frontend.Load).RunAsync();
    }

    private static void AddForeignHeaders(IHeaderDictionary headers)
    {
        headers.SetCookie = "lb=replica-7; Path=/; HttpOnly";
        headers.Server = "envoy";
        headers.Via = "1.1 edge";
        headers["x-ratelimit-limit-requests"] = "100";
        headers["x-ratelimit-remaining-requests"] = "99";
        headers["x-ratelimit-reset-requests"] = "1s";
    }

    /// <summary>The client's <c>request-id</c> when it is a UUID, else one from the seeded generator.</summary>
    private static string ResponseId(HttpContext context, ref SplitMix64 random)
    {
        if (Guid.TryParse(context.Request.Headers["request-id"].ToString(), out Guid given))
        {
            return given.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, random.Next());
        BitConverter.TryWriteBytes(bytes[8..], random.Next());
        return new Guid(bytes).ToString();
    }
}
