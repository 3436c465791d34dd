using Gateway.Simulator.Answers;
using Gateway.Simulator.Faults;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>
/// Plays an answer as server-sent events on its schedule. Whatever is due is composed and leaves in one write, so an unpaced stream
/// costs a write per <see cref="WriteBytes"/> and a late one catches up.
/// </summary>
internal sealed class StreamReply(HttpContext context, SimulatorOptions options, Answer answer, GenerationClock clock, ReplicaLoad load)
{
    private const int WriteBytes = 16 * 1024;
    private const int CommentEvery = 10;

    private readonly AnswerFormat _format = AnswerFormat.For(answer);
    private int _chunks;

    public async Task<GenerationEnd> RunAsync()
    {
        FaultPlan plan = answer.Plan;
        using var frames = new FrameBuffer(plan.Crlf);
        using var pacer = new Pacer(options.TimeProvider, context.RequestAborted);
        await using var sink = new ResponseSink(context, plan);
        if (options.RequestIdEvent || answer.Request.RequestIdAnnotation)
        {
            _format.RequestIdEvent(frames);
        }

        _format.Start(frames);
        TimeSpan due = clock.FirstToken();
        for (int round = 0; round < answer.Rounds; round++)
        {
            if (due > pacer.Elapsed && !(await sink.SendAsync(frames) && await pacer.WaitUntilAsync(due)))
            {
                return GenerationEnd.Cancelled;
            }

            if (round == 0)
            {
                load.FirstToken(pacer.Elapsed);
            }

            for (int choice = 0; choice < answer.Choices; choice++)
            {
                if (plan.Ending != Ending.None && _chunks == plan.EndAfter)
                {
                    return await EndAsync(frames, sink, pacer);
                }

                AppendChunk(frames, choice, answer.ChannelOf(round));
            }

            if (frames.Length >= WriteBytes && !await sink.SendAsync(frames))
            {
                return GenerationEnd.Cancelled;
            }

            due += clock.Gap(answer.TokensPerChunk, answer.Choices);
        }

        return plan.Ending == Ending.None ? await FinishAsync(frames, sink) : await EndAsync(frames, sink, pacer);
    }

    private void AppendChunk(FrameBuffer frames, int choice, Channel channel)
    {
        _chunks++;
        if (answer.Plan.Comments || (options.Comments && _chunks % CommentEvery == 0))
        {
            AnswerFormat.Comment(frames);
        }

        if (_chunks == answer.Plan.MalformedAt)
        {
            _format.Malformed(frames);
        }

        _format.BeginDelta(frames, choice, channel);
        answer.AppendNext(frames, choice, channel);
        _format.EndDelta(frames, choice, channel);
    }

    private async Task<GenerationEnd> FinishAsync(FrameBuffer frames, ResponseSink sink)
    {
        _format.Finish(frames);
        if (!answer.Plan.NoDone)
        {
            AnswerFormat.Done(frames);
        }

        return await sink.SendAsync(frames) ? GenerationEnd.Completed : GenerationEnd.Cancelled;
    }

    private async Task<GenerationEnd> EndAsync(FrameBuffer frames, ResponseSink sink, Pacer pacer)
    {
        Ending ending = answer.Plan.Ending;
        if (ending == Ending.ErrorEvent || (ending == Ending.Error && options.Generation == DynamoGeneration.UpTo11))
        {
            AnswerFormat.ErrorEvent(frames);
        }
        else if (ending is Ending.Error or Ending.ErrorData)
        {
            _format.Error(frames);
            AnswerFormat.Done(frames);
        }

        if (!await sink.SendAsync(frames))
        {
            return GenerationEnd.Cancelled;
        }

        switch (ending)
        {
            case Ending.Stall:
                await pacer.WaitForAbortAsync();
                return GenerationEnd.Cancelled;
            case Ending.Cut:
                await ConnectionCut.FinishAsync(context, pacer);
                break;
            case Ending.Reset:
                ConnectionCut.Reset(context);
                break;
        }

        return GenerationEnd.Failed;
    }
}
