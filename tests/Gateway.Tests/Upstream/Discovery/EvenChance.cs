namespace Gateway.Tests.Upstream.Discovery;

/// <summary>Random numbers that are all in the middle.</summary>
internal sealed class EvenChance : Random
{
    public override double NextDouble() => 0.5;
}
