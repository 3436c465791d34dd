using Gateway.Failures;
using Gateway.Relay;
using Gateway.Tests.Simulator;
using Gateway.Upstream;

namespace Gateway.Tests.Relay;

public sealed class RequestLifetimeTests
{
    [Fact]
    public void Cancel_SeveralReasons_TheFirstOneCounts()
    {
        using CancellationTokenSource client = new();
        using CancellationTokenSource draining = new();
        using RequestLifetime lifetime = new(client.Token, draining.Token);
        Assert.Null(lifetime.ToFailure());
        draining.Cancel();
        client.Cancel();
        lifetime.Cancel(CancelReason.TotalTimeout);
        Assert.True(lifetime.Token.IsCancellationRequested);
        Assert.Equal(FailureCode.Draining, lifetime.ToFailure()?.Code);
    }

    [Fact]
    public void Deadline_Replaced_OnlyTheLastOneCounts()
    {
        SteppedTimeProvider time = new();
        using RequestLifetime lifetime = new(CancellationToken.None, CancellationToken.None);
        lifetime.SetDeadline(TimeSpan.FromSeconds(1), time);
        lifetime.SetDeadline(TimeSpan.FromSeconds(5), time);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Null(lifetime.ToFailure());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FailureCode.TotalTimeout, lifetime.ToFailure()?.Code);
    }

    [Fact]
    public void AttemptDeadline_FirstContentIsFaster_NeverPasses()
    {
        SteppedTimeProvider time = new();
        using AttemptDeadline deadline = new(TimeSpan.FromSeconds(1), time, CancellationToken.None, CancellationToken.None);
        Assert.True(deadline.Settle());
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(deadline.HasPassed);
        Assert.False(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void AttemptDeadline_Passes_CannotBeSettledAnyMore()
    {
        SteppedTimeProvider time = new();
        using AttemptDeadline deadline = new(TimeSpan.FromSeconds(1), time, CancellationToken.None, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(deadline.HasPassed);
        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.Settle());
    }

    [Fact]
    public void AttemptDeadline_RequestIsCancelled_IsNotItsOwnDoing()
    {
        using CancellationTokenSource request = new();
        using AttemptDeadline deadline = new(TimeSpan.FromSeconds(1), new SteppedTimeProvider(), request.Token, CancellationToken.None);
        request.Cancel();
        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.HasPassed);
    }
}
