using System.Buffers;

namespace TestKit.Streaming;

/// <summary>Rents arrays of exactly the asked length, full of garbage; spoils what is returned, so that a later use of it shows.</summary>
public sealed class CountingPool : ArrayPool<byte>
{
    private readonly HashSet<byte[]> _outstanding = new(ReferenceEqualityComparer.Instance);

    public int Outstanding => _outstanding.Count;

    public int OutstandingBytes => _outstanding.Sum(rented => rented.Length);

    /// <summary>Bytes outstanding at most.</summary>
    public int PeakBytes { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        byte[] array = new byte[minimumLength];
        array.AsSpan().Fill(0xDD);
        _outstanding.Add(array);
        PeakBytes = Math.Max(PeakBytes, OutstandingBytes);
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        if (!_outstanding.Remove(array))
            throw new InvalidOperationException("Returned twice, or never rented.");
        array.AsSpan().Fill(0xCC);
    }
}
