namespace Gateway.Load.Measures;

/// <param name="Id">Which.</param>
/// <param name="Tag">In JSON, in assertions.</param>
/// <param name="Title">In tables; the name that AIPerf prints, where it has the metric.</param>
/// <param name="Unit">Of the reported value.</param>
/// <param name="Scale">How many recorded units one reported unit is.</param>
/// <param name="Convention">What tools count differently, for people.</param>
internal sealed record MetricName(MetricId Id, string Tag, string Title, string Unit, double Scale, string Convention = "")
{
    /// <summary>In files.</summary>
    public string TitleWithUnit => $"{Title} ({Unit})";

    /// <summary>On the console.</summary>
    public string Label => Convention.Length == 0 ? TitleWithUnit : $"{Title}, {Convention} ({Unit})";
}
