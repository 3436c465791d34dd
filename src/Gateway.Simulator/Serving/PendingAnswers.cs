using System.Collections.Concurrent;
using Gateway.Simulator.Faults;
using Gateway.Simulator.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Simulator.Serving;

/// <summary>Requests that were answered with 202: their answers are given on <c>/v2/nvcf/pexec/status/{id}</c>.</summary>
internal sealed class PendingAnswers
{
    public const string Path = "/v2/nvcf/pexec/status/";

    /// <summary>Answers that nobody fetches do not pile up.</summary>
    private const int MaxPending = 1024;

    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);

    public Task AddAsync(HttpContext context, string id, GenerationRequest request, FaultPlan plan)
    {
        if (_pending.Count >= MaxPending)
        {
            _pending.Clear();
        }

        _pending[id] = new(request, plan with { PendingPolls = 0 }, plan.PendingPolls);
        return SayPendingAsync(context, id);
    }

    /// <summary>Null when the response is written: still pending, or unknown.</summary>
    public async ValueTask<Pending?> PollAsync(HttpContext context, string id)
    {
        if (!_pending.TryGetValue(id, out Pending? pending))
        {
            await StatusPages.EmptyAsync(context, 404);
            return null;
        }

        if (pending.TakePoll())
        {
            await SayPendingAsync(context, id);
            return null;
        }

        _pending.TryRemove(id, out _);
        context.Response.Headers["NVCF-REQID"] = id;
        return pending;
    }

    private static Task SayPendingAsync(HttpContext context, string id)
    {
        context.Response.Headers["NVCF-REQID"] = id;
        context.Response.Headers["NVCF-STATUS"] = "pending-evaluation";
        return StatusPages.EmptyAsync(context, 202);
    }

    /// <summary>One of them.</summary>
    internal sealed class Pending(GenerationRequest request, FaultPlan plan, int polls)
    {
        private int _polls = polls;

        public GenerationRequest Request { get; } = request;

        public FaultPlan Plan { get; } = plan;

        public bool TakePoll() => Interlocked.Decrement(ref _polls) >= 0;
    }
}
