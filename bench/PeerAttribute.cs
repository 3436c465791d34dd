namespace Gateway.Bench;

/// <summary>A benchmark of somebody else's way, beside the baseline: there to compare with, so nobody minds what it allocates.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerAttribute : Attribute;
