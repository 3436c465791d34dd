namespace Gateway.Streaming.Rules;

/// <summary>The choices of one stream that have a finish reason.</summary>
internal sealed class FinishedChoices(int expected)
{
    /// <summary>No upstream makes as many choices; a request that asks for more costs 8 KiB, not what it asks for.</summary>
    internal const int MaxTracked = 1 << 16;

    private readonly int _expected = Math.Min(expected, MaxTracked);
    private ulong[] _more = [];
    private ulong _first;
    private int _count;

    internal bool All => _count >= _expected;

    internal void Add(int index)
    {
        if ((uint)index >= (uint)_expected)
            return;
        ref ulong word = ref _first;
        if (index >= 64)
        {
            if (_more.Length == 0)
                _more = new ulong[(_expected - 1) / 64];
            word = ref _more[(index / 64) - 1];
        }

        ulong bit = 1UL << (index & 63);
        _count += (word & bit) == 0 ? 1 : 0;
        word |= bit;
    }
}
