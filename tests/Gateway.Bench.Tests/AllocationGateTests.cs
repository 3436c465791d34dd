namespace Gateway.Bench.Tests;

/// <summary>What every benchmark may allocate (<see cref="AllowedBytesAttribute"/>) it does not exceed. Bytes are exact, so no machine is too busy for this.</summary>
public sealed class AllocationGateTests
{
#if DEBUG
    private const string? Skip = "Without optimisation every async method's state is an object: build with -c Release.";
#else
    private const string? Skip = null;
#endif

    private static readonly Dictionary<string, GatedCase> Cases =
        GatedCase.ClassesIn(typeof(AllowedBytesAttribute).Assembly).SelectMany(GatedCase.Of).ToDictionary(one => one.Name);

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory(Skip = Skip)]
    [MemberData(nameof(Names))]
    public async Task Benchmark_EachOperation_StaysBelowItsGate(string name)
    {
        double bytes = await BytesOf(Cases[name]);

        Assert.True(bytes <= Cases[name].AllowedBytes, $"{name} allocates {bytes:0.##} B, allowed are {Cases[name].AllowedBytes}");
    }

    [Fact]
    public void Benchmarks_All_AreGatedOrThereToCompareWith() =>
        Assert.Empty(GatedCase.ClassesIn(typeof(AllowedBytesAttribute).Assembly).SelectMany(GatedCase.Ungated));

    [Fact(Skip = Skip)]
    public async Task Planted_AllocatesMoreThanAllowed_IsSeen() => Assert.Equal(PlantedBenchmarks.Bytes, await BytesOf(Planted("Allocates")));

    [Fact(Skip = Skip)]
    public async Task Planted_AllocatesNowAndThen_IsSeen() => Assert.True(await BytesOf(Planted("AllocatesNowAndThen")) > 0);

    [Theory(Skip = Skip)]
    [InlineData("AllocatesBySize(Size=1)", 1)]
    [InlineData("AllocatesBySize(Size=100)", 100)]
    public async Task Planted_AllocatesByItsParameter_HasTheGateOfItsCase(string name, int size)
    {
        GatedCase planted = Planted(name);

        Assert.Equal(PlantedBySizeBenchmarks.BytesOf(size), planted.AllowedBytes);
        Assert.Equal(PlantedBySizeBenchmarks.BytesOf(size), await BytesOf(planted));
    }

    [Fact]
    public void Planted_WithoutAGate_IsFound() => Assert.Equal(["PlantedBenchmarks.Ungated"], GatedCase.Ungated(typeof(PlantedBenchmarks)));

    private static GatedCase Planted(string name) =>
        GatedCase.ClassesIn(typeof(PlantedBenchmarks).Assembly).SelectMany(GatedCase.Of).Single(one => one.Name.EndsWith($".{name}", StringComparison.Ordinal));

    /// <summary>On a thread of its own: what other tests do on theirs is not counted.</summary>
    private static Task<double> BytesOf(GatedCase one) =>
        Task.Factory.StartNew(one.BytesPerOperation, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
