using BenchmarkDotNet.Running;
using Gateway.Bench.Caching;
using Gateway.Bench.Hedging;
using Gateway.Bench.Streams;

if (args is ["streams", .. var rest])
    return await StreamCheck.RunAsync(rest);
if (args is ["hedging", .. var hedging])
    return await HedgingCheck.RunAsync(hedging);
if (args is ["joined", .. var joined])
    return await JoinedStreams.RunAsync(joined);

BenchmarkSwitcher.FromAssembly(typeof(StreamCheck).Assembly).Run(args);
return 0;
