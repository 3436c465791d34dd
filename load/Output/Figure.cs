namespace Gateway.Load.Output;

/// <param name="Tag">In JSON, in assertions.</param>
/// <param name="Title">In tables.</param>
/// <param name="Unit">Of the value.</param>
/// <param name="Value">The figure.</param>
internal sealed record Figure(string Tag, string Title, string Unit, double Value)
{
    /// <summary>In files; a count of requests goes without its unit, as AIPerf writes it.</summary>
    public string TitleWithUnit => Unit == "requests" ? Title : $"{Title} ({Unit})";
}
