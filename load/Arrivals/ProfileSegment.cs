namespace Gateway.Load.Arrivals;

/// <summary>A stretch in which a value goes in a straight line; seconds from the run's start.</summary>
internal readonly record struct ProfileSegment(double From, double To, double Start, double End)
{
    public double At(double time) => Start + ((End - Start) * (time - From) / (To - From));

    /// <summary>The area under the segment up to a time inside it.</summary>
    public double Area(double time) => (Start + At(time)) / 2 * (time - From);
}
