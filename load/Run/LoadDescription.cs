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
            { Rate: { } rate } => $"open loop, {rate.At(0):0.##} requests/s{Varying(rate)}, {Shape(options)}",
            _ => $"closed loop, {options.Concurrency.At(0):0} at once{Varying(options.Concurrency)}",
        };
        string answers = options.Requests.Stream ? "streams" : "unary";
        return $"{loop}, {answers}, {options.Duration.TotalSeconds:0.##} s";
    }

    private static string Varying(Profile profile) => profile.Highest > profile.At(0) ? $" up to {profile.Highest:0.##}" : "";

    private static string Shape(RunOptions options) => options.Arrival switch
    {
        ArrivalShape.Constant => "constant",
        ArrivalShape.Gamma => $"gamma {options.Burstiness:0.##}",
        _ => "poisson",
    };
}
