namespace Gateway.Load.Measures;

/// <param name="Id">Which.</param>
/// <param name="Tag">In JSON, in assertions.</param>
/// <param name="Title">In tables.</param>
/// <param name="Unit">Of the reported value.</param>
/// <param name="Scale">How many recorded units one reported unit is.</param>
internal sealed record MetricName(MetricId Id, string Tag, string Title, string Unit, double Scale)
{
    public string TitleWithUnit => $"{Title} ({Unit})";
}
