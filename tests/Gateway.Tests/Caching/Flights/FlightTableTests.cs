using Gateway.Caching.Flights;
using Gateway.Failures;
using Gateway.Relay;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Flights;

public sealed class FlightTableTests : IDisposable
{
    private readonly FlightTable _table = new();
    private readonly List<RequestLifetime> _lifetimes = [];
    private bool _isPurged;

    public void Dispose() => _lifetimes.ForEach(lifetime => lifetime.Dispose());

    [Fact]
    public void Board_SameQuestion_OneLeadsAndTheOthersJoin()
    {
        FlightSeat first = Board(stream: true);
        FlightSeat second = Board(stream: true);

        Assert.True(first.Leads);
        Assert.False(second.Leads);
        Assert.Same(first.Flight, second.Flight);
        Assert.NotNull(second.Reader);
        Assert.Equal(1, _table.Status.Calls);
    }

    [Fact]
    public void Status_CallsAndThoseAboard_AreCounted()
    {
        FlightSeat stream = Board(stream: true);
        FlightSeat joiner = Board(stream: false);
        Assert.Equal(new(1, 2), _table.Status);
        Assert.True(_table.StartEmpty(Key(2), false, () => NewFlight(false)));
        Assert.Equal(new(2, 2), _table.Status);
        stream.Leave();
        Assert.Equal(new(2, 1), _table.Status);
        joiner.Leave();
        _table.Remove(stream.Flight);
        Assert.Equal(new(1, 0), _table.Status);
    }

    /// <summary>Several may find it slow: however many, it goes on without them.</summary>
    [Fact]
    public void GoOnAlone_MoreThanOnce_EverybodyMayLeave()
    {
        FlightSeat first = Board(stream: true);
        FlightSeat second = Board(stream: true);
        first.Flight.GoOnAlone();
        first.Flight.GoOnAlone();
        first.Leave();
        second.Leave();
        Assert.Equal((true, CancelReason.None), (first.Flight.IsOpen, _lifetimes[0].Reason));
        Assert.Equal(new(1, 0), _table.Status);
    }

    [Fact]
    public void Board_ManyAtOnce_ExactlyOneLeads()
    {
        FlightSeat[] seats = new FlightSeat[256];
        Parallel.For(0, seats.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => seats[i] = Board(stream: true));

        Assert.Single(seats, seat => seat.Leads);
        Assert.Single(seats.Select(seat => seat.Flight).Distinct());
    }

    [Fact]
    public void Board_WholeOnAStream_Joins()
    {
        FlightSeat stream = Board(stream: true);

        Assert.Same(stream.Flight, Board(stream: false).Flight);
    }

    [Fact]
    public void Board_StreamWhileAWholeFlies_StartsItsOwn()
    {
        FlightSeat whole = Board(stream: false);
        FlightSeat stream = Board(stream: true);

        Assert.True(stream.Leads);
        Assert.NotSame(whole.Flight, stream.Flight);
        Assert.Null(whole.Reader);
        // From now on both shapes are on the stream.
        Assert.Same(stream.Flight, Board(stream: false).Flight);
        Assert.Equal(2, _table.Status.Calls);
    }

    [Fact]
    public void Leave_LeaderOfSeveral_TheFlightGoesOn()
    {
        FlightSeat leader = Board(stream: true);
        FlightSeat joiner = Board(stream: true);
        leader.Leave();
        Assert.Equal(CancelReason.None, _lifetimes[0].Reason);

        joiner.Leave();
        Assert.Equal(CancelReason.ClientClosed, _lifetimes[0].Reason);
        Assert.False(leader.Flight.IsOpen);
    }

    [Fact]
    public void Board_AfterTheLastOneLeft_StartsAnew()
    {
        FlightSeat old = Board(stream: true);
        old.Leave();
        FlightSeat anew = Board(stream: true);

        Assert.True(anew.Leads);
        Assert.NotSame(old.Flight, anew.Flight);
        _table.Remove(old.Flight);
        Assert.Same(anew.Flight, Board(stream: true).Flight);
        _table.Remove(anew.Flight);
        Assert.Equal(0, _table.Status.Calls);
    }

    [Fact]
    public void Board_AfterTheEnd_StartsAnew()
    {
        FlightSeat old = Board(stream: false);
        old.Flight.End(null);

        Assert.True(Board(stream: false).Leads);
        old.Leave();
        Assert.Equal(CancelReason.None, _lifetimes[0].Reason);
    }

    /// <summary>Whoever asks after a purge wants nothing from before it; who is aboard stays.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Board_PurgedSinceItBegan_StartsAnew(bool stream)
    {
        FlightSeat old = Board(stream);
        _isPurged = true;
        Assert.False(old.Flight.IsOpen);
        FlightSeat anew = Board(stream);

        Assert.True(anew.Leads);
        Assert.Equal(CancelReason.None, _lifetimes[0].Reason);
        _table.Remove(old.Flight);
        Assert.Same(anew.Flight, Board(stream).Flight);
        old.Leave();
        Assert.Equal((CancelReason.ClientClosed, CancelReason.None), (_lifetimes[0].Reason, _lifetimes[1].Reason));
    }

    [Fact]
    public async Task Head_EndWithFailureBeforeAnyContent_IsThatFailure()
    {
        FlightSeat seat = Board(stream: true);
        seat.Flight.End(new FlightHead { Failure = new(FailureCode.UpstreamFailed, "no") });

        Assert.Equal(FailureCode.UpstreamFailed, (await seat.Flight.Head).Failure!.Code);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void StartEmpty_AskedAlready_InWhicheverShape_StartsNothing(bool flying, bool wanted)
    {
        FlightSeat seat = Board(flying);
        Assert.False(_table.StartEmpty(Key(1), wanted, () => NewFlight(wanted)));
        seat.Leave();
        Assert.True(_table.StartEmpty(Key(1), wanted, () => NewFlight(wanted)));
        Assert.False(_table.StartEmpty(Key(1), flying, () => NewFlight(flying)));
    }

    [Fact]
    public void StartEmpty_WhoJoinsLeaves_TheFlightGoesOn()
    {
        Assert.True(_table.StartEmpty(Key(1), true, () => NewFlight(true)));
        FlightSeat joiner = Board(stream: true);
        Assert.False(joiner.Leads);
        joiner.Leave();
        Assert.Equal((true, CancelReason.None), (joiner.Flight.IsOpen, _lifetimes[0].Reason));
    }

    [Fact]
    public async Task Ground_JoinersAreAboard_TheyAreToldAndTheNextLeads()
    {
        FlightSeat leader = Board(stream: true);
        FlightSeat joiner = Board(stream: true);
        Assert.False(joiner.Flight.TakesOff.IsCompleted);

        leader.Flight.Ground();

        Assert.False(await joiner.Flight.TakesOff);
        Assert.True(Board(stream: true).Leads);
        leader.Leave();
        joiner.Leave();
    }

    private FlightSeat Board(bool stream) => _table.Board(Key(1), stream, () => NewFlight(stream))!.Value;

    private Flight NewFlight(bool stream)
    {
        RequestLifetime lifetime = new(CancellationToken.None, CancellationToken.None);
        _lifetimes.Add(lifetime);
        bool wasPurged = _isPurged;
        return new(Key(1), stream, 1000, lifetime, () => _isPurged != wasPurged);
    }
}
