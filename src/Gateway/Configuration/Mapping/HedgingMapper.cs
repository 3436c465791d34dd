using Gateway.Configuration.Schema;

namespace Gateway.Configuration.Mapping;

internal static class HedgingMapper
{
    /// <summary>Keys that are not given fall back to <paramref name="inherited"/>; <c>delay: off</c> switches off what a router inherits.</summary>
    public static HedgingOptions Map(SectionReader hedging, HedgingOptions inherited) => new()
    {
        Delay = hedging.Text("delay") is { } text && HedgeDelayText.Parse(text, out HedgeDelay? delay) is null ? delay : inherited.Delay,
        MinDelay = hedging.Duration("min-delay", inherited.MinDelay),
        MaxHedges = hedging.Integer("max-hedges", inherited.MaxHedges),
        Budget = hedging.Share("budget", inherited.Budget),
        Unary = hedging.Boolean("unary", inherited.Unary),
    };
}
