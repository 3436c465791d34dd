namespace Gateway.Limits;

/// <summary>A slot that is held at the server, in the sets of one scope or two.</summary>
/// <param name="Name">Unique among all gateways.</param>
/// <param name="First">The set's key; null: that scope does not limit concurrency.</param>
/// <param name="Second">The same for the second scope.</param>
internal readonly record struct SharedSlot(byte[] Name, byte[]? First, byte[]? Second)
{
    internal bool IsEmpty => First is null && Second is null;

    internal static SharedSlot Of(LimitClaim claim, byte[] name) => new(name, KeyOf(claim.First), KeyOf(claim.Second));

    private static byte[]? KeyOf(LimitScope? scope) => scope?.Options.ConcurrentRequests is null ? null : SharedKeys.Of(scope).Slots;
}
