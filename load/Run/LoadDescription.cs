using Gateway.Load.Arrivals;

namespace Gateway.Load.Run;

/// <summary>A run's load in a few words.</summary>
internal static class LoadDescription
{
    public static string Of(RunOptions options)
    {
        string loop = options switch
        {
            { Trace: { } trace } => $"trace {Path.GetFileName(trace)}",
            { Rate: { } rate } => $"open loop, {rate.Text} requests/s, {Shape(options)}",
            _ => $"closed loop, {options.Concurrency.Text} at once",
        };
        string answers = options.Requests.Stream ? "streams" : "unary";
        return $"{loop}, {answers}, {options.Duration.TotalSeconds:0.##} s";
    }

    private static string Shape(RunOptions options) => options.Gaps switch
    {
        ArrivalShape.Constant => "constant",
        ArrivalShape.Gamma => $"gamma {options.Burstiness ?? 1:0.##}",
        _ => "poisson",
    };
}
