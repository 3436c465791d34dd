namespace TestKit.Memory;

/// <summary>Counts what code allocates on the calling thread.</summary>
public static class AllocatedBytes
{
    private const int Rounds = 20;

    /// <summary>
    /// The lowest of several rounds: a collection that another test starts moves this thread's counter by up to an allocation context (8 KiB).
    /// What the code itself allocates, it allocates in every round.
    /// </summary>
    /// <param name="round">What allocates.</param>
    /// <param name="enough">A round with no more ends it: others would only say the same.</param>
    public static long LowestOf(Action round, long enough = 0)
    {
        long lowest = long.MaxValue;
        for (int i = 0; i < Rounds && lowest > enough; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            lowest = Math.Min(lowest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return lowest;
    }
}
