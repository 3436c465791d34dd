using Gateway.Caching.Flights;

namespace Gateway;

/// <summary>A seat that is left once, by whoever comes first to the end; a request that is cancelled reads no more.</summary>
internal sealed class Boarding : IDisposable
{
    private readonly CancellationTokenRegistration _cancelled;
    private bool _hasLeft;

    internal Boarding(in FlightSeat seat, CancellationToken cancellation)
    {
        Seat = seat;
        // A flight that is no stream has no reader.
        _cancelled = cancellation.UnsafeRegister(static reader => ((FlightReader?)reader)?.Dispose(), seat.Reader);
    }

    internal FlightSeat Seat { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasLeft, true))
            return;
        _cancelled.Dispose();
        Seat.Leave();
    }
}
