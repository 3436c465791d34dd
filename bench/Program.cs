using BenchmarkDotNet.Running;
using Gateway.Bench.Hedging;

if (args is ["hedging", .. var hedging])
    return await HedgingCheck.RunAsync(hedging);

BenchmarkSwitcher.FromAssembly(typeof(HedgingCheck).Assembly).Run(args);
return 0;
