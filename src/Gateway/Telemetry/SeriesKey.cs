namespace Gateway.Telemetry;

/// <summary>Names a series by its bounded labels.</summary>
/// <param name="First">The label that differs most: only it and <paramref name="Number"/> are hashed.</param>
/// <param name="Second">Another label.</param>
/// <param name="Third">Another label.</param>
/// <param name="Number">The labels that are numbers, packed.</param>
internal readonly record struct SeriesKey(string First, string Second, string Third, int Number = 0)
{
    public bool Equals(SeriesKey other) => Number == other.Number && First == other.First && Second == other.Second && Third == other.Third;

    public override int GetHashCode() => First.GetHashCode(StringComparison.Ordinal) ^ Number;
}
