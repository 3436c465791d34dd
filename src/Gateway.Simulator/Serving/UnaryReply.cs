using Gateway.Simulator.Answers;
using Gateway.Simulator.Faults;
using Gateway.Simulator.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>Sends a whole answer when a stream of it would have ended. Faults that belong to streams take their nearest unary form.</summary>
internal sealed class UnaryReply(HttpContext context, SimulatorOptions options, Answer answer, GenerationClock clock)
{
    /// <summary>Bytes that a short body owes at least.</summary>
    private const int Shortfall = 64;

    public async Task<GenerationEnd> RunAsync()
    {
        FaultPlan plan = answer.Plan;
        using var frames = new FrameBuffer(crlf: false);
        using var pacer = new Pacer(options.TimeProvider, context.RequestAborted);
        if (!await pacer.WaitUntilAsync(Duration()))
        {
            return GenerationEnd.Cancelled;
        }

        if (plan.Ending == Ending.Stall)
        {
            await pacer.WaitForAbortAsync();
            return GenerationEnd.Cancelled;
        }

        if (plan.Ending is Ending.Error or Ending.ErrorData or Ending.ErrorEvent)
        {
            await ErrorReply.WriteAsync(context, answer.Request.Endpoint, 500);
            return GenerationEnd.Failed;
        }

        Compose(frames);
        return plan.Ending == Ending.None ? await SendAsync(frames) : await CutAsync(frames, pacer);
    }

    private TimeSpan Duration()
    {
        TimeSpan due = clock.FirstToken();
        if (answer.Request.Endpoint is SimulatedEndpoint.Embeddings or SimulatedEndpoint.CountTokens)
        {
            return due;
        }

        for (int round = 1; round < answer.Rounds; round++)
        {
            due += clock.Gap(answer.TokensPerChunk, answer.Choices);
        }

        return due;
    }

    private void Compose(FrameBuffer frames)
    {
        switch (answer.Request.Endpoint)
        {
            case SimulatedEndpoint.Embeddings:
                EmbeddingBody.Append(frames, answer, options.EmbeddingDimensions);
                break;
            case SimulatedEndpoint.CountTokens:
                frames.Append("{\"input_tokens\":"u8);
                frames.Append(answer.Request.PromptTokens);
                frames.Append("}"u8);
                break;
            default:
                AnswerFormat.For(answer).Unary(frames);
                break;
        }
    }

    private async Task<GenerationEnd> SendAsync(FrameBuffer frames)
    {
        HttpResponse response = context.Response;
        response.ContentType = "application/json";
        if (answer.Plan.MalformedAt > 0)
        {
            frames.Truncate(frames.Length / 2);
        }

        if (answer.Plan.Body == BodyFault.None)
        {
            response.ContentLength = frames.Length;
        }

        await using var sink = new ResponseSink(context, answer.Plan);
        return await sink.SendAsync(frames) ? GenerationEnd.Completed : GenerationEnd.Cancelled;
    }

    /// <summary>Promises more than comes, then ends the connection as the fault says. A body that ends cleanly is short by its own length header too.</summary>
    private async Task<GenerationEnd> CutAsync(FrameBuffer frames, Pacer pacer)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = frames.Length + Shortfall;
        await context.Response.BodyWriter.WriteAsync(frames.Written);
        if (answer.Plan.Ending == Ending.Reset)
        {
            ConnectionCut.Reset(context);
        }
        else
        {
            await ConnectionCut.FinishAsync(context, pacer);
        }

        return GenerationEnd.Failed;
    }
}
