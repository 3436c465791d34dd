using BenchmarkDotNet.Running;
using Gateway.Bench.Caching;
using Gateway.Bench.Hedging;

if (args is ["hedging", .. var hedging])
    return await HedgingCheck.RunAsync(hedging);
if (args is ["joined", .. var joined])
    return await JoinedStreams.RunAsync(joined);
if (args is ["leaving", .. var leaving])
    return await LeavingWaiters.RunAsync(leaving);

BenchmarkSwitcher.FromAssembly(typeof(HedgingCheck).Assembly).Run(args);
return 0;
