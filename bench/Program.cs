using BenchmarkDotNet.Running;
using Gateway.Bench.Streams;

if (args is ["streams", .. var rest])
    return await StreamCheck.RunAsync(rest);

BenchmarkSwitcher.FromAssembly(typeof(StreamCheck).Assembly).Run(args);
return 0;
