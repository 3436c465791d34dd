namespace Gateway.Simulator;

/// <summary>A seeded generator that is a value: the same seed gives the same sequence on every platform and runtime, which <see cref="Random"/> does not promise.</summary>
internal struct SplitMix64(ulong state)
{
    private ulong _state = state;

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15UL);

    /// <summary>A number in (0, 1]: never zero, so that its logarithm exists.</summary>
    public double NextUnit() => ((Next() >> 11) + 1) * (1.0 / (1UL << 53));

    public int NextBelow(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);
}
