using System.Numerics;

namespace Gateway.Load.Measures;

/// <summary>
/// Counts non-negative values in buckets whose width grows with the value: each power of two is cut into 2^<paramref name="precision"/> equal parts, so that a
/// quantile is wrong by at most 2^−(precision + 1) of itself. Fixed memory, no loss at the tail. Not safe for several threads.
/// </summary>
internal sealed class Histogram(int precision = Histogram.Fine)
{
    /// <summary>0.4 %; 58 KB.</summary>
    public const int Fine = 7;

    /// <summary>3 %; 4 KB: for one of many slices of time.</summary>
    public const int Coarse = 4;

    private readonly long[] _counts = new long[(64 - precision) << precision];
    private double _sum;
    private double _squares;

    public long Count { get; private set; }

    public long Min { get; private set; } = long.MaxValue;

    public long Max { get; private set; }

    public double Sum => _sum;

    public double Average => Count == 0 ? 0 : _sum / Count;

    public double Deviation => Count == 0 ? 0 : Math.Sqrt(Math.Max(0, (_squares / Count) - (Average * Average)));

    public void Add(long value)
    {
        value = Math.Max(0, value);
        _counts[IndexOf(value)]++;
        Count++;
        _sum += value;
        _squares += (double)value * value;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
    }

    /// <param name="other">Of the same precision.</param>
    public void Add(Histogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        _sum += other._sum;
        _squares += other._squares;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
    }

    public void Clear()
    {
        Array.Clear(_counts);
        (Count, Min, Max, _sum, _squares) = (0, long.MaxValue, 0, 0, 0);
    }

    /// <summary>The smallest value that at least this share of the values does not exceed (nearest rank), as the middle of its bucket; 0 without values.</summary>
    public long Quantile(double share)
    {
        if (Count == 0)
            return 0;
        long rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        if (rank == Count)
            return Max;
        int index = 0;
        for (long seen = _counts[0]; seen < rank; seen += _counts[index])
            index++;
        long low = LowOf(index);
        return Math.Clamp(low + ((LowOf(index + 1) - low - 1) / 2), Min, Max);
    }

    /// <summary>Values and their counts, ascending, empty buckets left out.</summary>
    public IEnumerable<KeyValuePair<long, long>> Buckets()
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
                yield return new KeyValuePair<long, long>(LowOf(i), _counts[i]);
        }
    }

    private int IndexOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - precision);
        return (shift << precision) + (int)(value >> shift);
    }

    private long LowOf(int index)
    {
        int shift = Math.Max(0, (index >> precision) - 1);
        return (index - ((long)shift << precision)) << shift;
    }
}
