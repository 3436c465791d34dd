namespace Gateway.Caching.Flights;

/// <summary>A piece of a flight's answer. Written once; who has read past it forgets it, and the last one to do so frees it.</summary>
/// <param name="start">Where in the answer it begins.</param>
/// <param name="size">Bytes it has room for.</param>
internal sealed class FlightSegment(long start, int size)
{
    private volatile FlightSegment? _next;

    internal byte[] Bytes { get; } = new byte[size];

    internal long Start { get; } = start;

    /// <summary>Bytes written; final once there is a next one.</summary>
    internal int Length { get; set; }

    internal FlightSegment? Next
    {
        get => _next;
        set => _next = value;
    }
}
