using Gateway.Cli;
using Gateway.Hosting;

SocketThreads.PreferInline();
CommandHandlers handlers = new()
{
    Serve = HostedCommands.ServeAsync,
    Demo = HostedCommands.DemoAsync,
    Simulate = HostedCommands.SimulateAsync,
};
return await CommandLine.RunAsync(args, handlers, CommandHost.OfProcess(), CancellationToken.None);
