namespace Gateway.Tests.Upstream.Discovery;

/// <summary>Random numbers that are all zero: waits have no spread.</summary>
internal sealed class NoChance : Random
{
    public override double NextDouble() => 0;
}
