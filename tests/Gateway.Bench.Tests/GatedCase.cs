using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Running;
using TestKit.Memory;

namespace Gateway.Bench.Tests;

/// <summary>One benchmark with one set of parameters, as BenchmarkDotNet would run it, and what an operation of it may allocate.</summary>
/// <param name="benchmark">What BenchmarkDotNet found.</param>
/// <param name="allowedBytes">For each operation.</param>
internal sealed class GatedCase(BenchmarkCase benchmark, int allowedBytes)
{
    /// <summary>Enough for lists and pools to have grown to their size.</summary>
    private const int WarmUp = 64;

    /// <summary>Few, since bytes are exact: one that allocates does so each time.</summary>
    private const int Invocations = 32;

    internal int AllowedBytes { get; } = allowedBytes;

    internal string Name { get; } = benchmark.Parameters.Count == 0
        ? $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}"
        : $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}({benchmark.Parameters.DisplayInfo.Trim('[', ']')})";

    /// <summary>The gated ones among a class's benchmarks.</summary>
    internal static IEnumerable<GatedCase> Of(Type type)
    {
        BenchmarkCase[] all = BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases;
        foreach (IGrouping<MethodInfo, BenchmarkCase> cases in all.GroupBy(one => one.Descriptor.WorkloadMethod))
        {
            if (cases.Key.GetCustomAttribute<AllowedBytesAttribute>()?.Bytes is not { } allowed)
                continue;
            BenchmarkCase[] inOrder = [.. cases];
            if (allowed.Length != 1 && allowed.Length != inOrder.Length)
                throw new InvalidOperationException($"{cases.Key.Name}: {allowed.Length} gates for {inOrder.Length} cases.");
            for (int i = 0; i < inOrder.Length; i++)
                yield return new(inOrder[i], allowed[allowed.Length == 1 ? 0 : i]);
        }
    }

    /// <summary>Benchmarks without a gate that are neither a baseline nor a peer.</summary>
    internal static IEnumerable<string> Ungated(Type type) =>
        from method in type.GetMethods()
        where method.GetCustomAttribute<BenchmarkAttribute>() is { Baseline: false }
            && method.GetCustomAttribute<AllowedBytesAttribute>() is null && method.GetCustomAttribute<PeerAttribute>() is null
        select $"{type.Name}.{method.Name}";

    /// <summary>Benchmark classes of an assembly.</summary>
    internal static IEnumerable<Type> ClassesIn(Assembly assembly) =>
        assembly.GetTypes().Where(type => type.GetMethods().Any(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null));

    /// <summary>Sets it up, warms it up and counts.</summary>
    internal double BytesPerOperation()
    {
        Descriptor descriptor = benchmark.Descriptor;
        object instance = Activator.CreateInstance(descriptor.Type)!;
        foreach (ParameterInstance parameter in benchmark.Parameters.Items)
            descriptor.Type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        descriptor.GlobalSetupMethod?.Invoke(instance, null);
        Action<int> loop = Loops.Of(instance, descriptor.WorkloadMethod);

        loop(WarmUp);
        long operations = (long)Invocations * descriptor.OperationsPerInvoke;
        long allocated = AllocatedBytes.LowestOf(() => loop(Invocations), AllowedBytes * operations);
        descriptor.GlobalCleanupMethod?.Invoke(instance, null);
        return (double)allocated / operations;
    }
}
