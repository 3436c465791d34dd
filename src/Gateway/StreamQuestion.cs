using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Upstream;

namespace Gateway;

/// <summary>What a <see cref="StreamedAnswer"/> is an answer to, and who gives it: upstreams, or memory.</summary>
internal sealed class StreamQuestion
{
    internal required Endpoint Endpoint { get; init; }

    /// <summary>As the client names it.</summary>
    internal required string Model { get; init; }

    internal required KeepaliveOptions Keepalive { get; init; }

    /// <summary>Longest time for which the client may take nothing; zero: no limit.</summary>
    internal required TimeSpan ClientStall { get; init; }

    /// <summary>Asks until there is an answer, or nobody left to ask; once.</summary>
    internal required Func<Task<AttemptResult>> AskAsync { get; init; }

    /// <summary>Completes when asking need not wait, and never fails: one wait less on the way of those who wait together. Null: to be asked at once.</summary>
    internal Func<ValueTask>? ReadyAsync { get; init; }

    /// <summary>The answer broke off after content: asks others to go on with it. Only while <see cref="MayResume"/>.</summary>
    internal Func<Failure, Task<AttemptResult>> ResumeAsync { get; init; } = static failure => Task.FromResult(AttemptResult.Cancelled(failure));

    internal Func<bool> MayResume { get; init; } = static () => false;

    /// <summary>Content is there: nobody else will be asked from the start.</summary>
    internal Action Settled { get; init; } = static () => { };

    /// <summary>As <see cref="Relay.ClientStream.TakesFailure"/>.</summary>
    internal Action<Failure>? TakesFailure { get; init; }

    /// <summary>Of one client, to upstreams.</summary>
    internal static StreamQuestion Of(Dispatch dispatch, KeepaliveOptions keepalive, TimeSpan clientStall, Action<Failure>? takesFailure = null) => new()
    {
        Endpoint = dispatch.Call.Endpoint,
        Model = dispatch.Call.Model,
        Keepalive = keepalive,
        ClientStall = clientStall,
        AskAsync = dispatch.RunAsync,
        ResumeAsync = dispatch.ResumeAsync,
        MayResume = () => dispatch.Call.Record?.MayResume == true,
        Settled = () =>
        {
            if (dispatch.Call.Record is null)
                dispatch.Call.DropBody();
        },
        TakesFailure = takesFailure,
    };
}
