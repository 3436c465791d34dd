namespace Gateway.Load.Scenarios;

/// <summary>The settings that decide when requests start. A run has one loop, so one of them takes the place of the others.</summary>
internal static class LoopSettings
{
    public static readonly string[] Loops = ["rate", "concurrency", "trace"];

    /// <summary>They shape the gaps of a rate.</summary>
    public static readonly string[] Gaps = ["arrival", "burstiness"];

    /// <summary>Whether a value given later takes the place of an earlier one: it has the same name, or it is another loop.</summary>
    public static bool Replaces(string later, string earlier)
    {
        if (later == earlier)
            return true;
        bool isLoop = Loops.Contains(later);
        return isLoop && (Loops.Contains(earlier) || (later != "rate" && Gaps.Contains(earlier)));
    }
}
