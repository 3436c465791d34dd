namespace Gateway.Hosting;

/// <summary>The process's source of randomness, made here once and injected everywhere else.</summary>
internal static class ProcessRandom
{
#pragma warning disable RS0030 // the one place that hands it out
    internal static Random Shared => Random.Shared;
#pragma warning restore RS0030
}
