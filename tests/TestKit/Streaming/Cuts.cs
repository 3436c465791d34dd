namespace TestKit.Streaming;

/// <summary>Ways to cut a body of some length into pieces.</summary>
public static class Cuts
{
    /// <summary>Every way to cut once, from before the first to behind the last byte, in steps.</summary>
    public static IEnumerable<int[]> TwoWay(int length, int step = 1) => Enumerable.Range(0, (length / step) + 1).Select(cut => (int[])[cut * step]);

    /// <summary>Pieces of <paramref name="size"/> bytes.</summary>
    public static int[] Every(int length, int size) => [.. Enumerable.Range(1, length / size).Select(piece => piece * size)];

    /// <summary>Pieces of 1 … <paramref name="longest"/> bytes.</summary>
    public static int[] Random(int length, int longest, Random random)
    {
        List<int> cuts = [];
        for (int cut = random.Next(longest + 1); cut <= length; cut += random.Next(1, longest + 1))
            cuts.Add(cut);
        return [.. cuts];
    }
}
