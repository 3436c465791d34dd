using System.Net;
using Gateway.Cli;
using Gateway.Cli.Probing;
using Gateway.Configuration;
using Gateway.Simulator;

namespace Gateway.Hosting;

/// <summary>The commands that run a server, from options to exit code.</summary>
internal static class HostedCommands
{
    /// <summary><c>gateway serve</c>.</summary>
    internal static Task<int> ServeAsync(ServeArguments arguments, CancellationToken stop) =>
        RunAsync(arguments, static (_, _) => { }, stop);

    /// <summary><c>gateway demo</c>: serves in front of replicas in this process, and shows how to call it.</summary>
    internal static Task<int> DemoAsync(ServeArguments arguments, CancellationToken stop) => RunAsync(arguments, DemoBanner.Print, stop);

    /// <summary><c>gateway probe</c>: every provider, simulated ones included.</summary>
    internal static async Task<int> ProbeAsync(ServeArguments arguments, ProbeTarget target, CancellationToken stop)
    {
        await using EmbeddedSimulators simulators = new();
        GatewayOptions options = await simulators.StartAsync(arguments.Options, stop);
        return await Probe.RunAsync(options, target, Dns.GetHostAddressesAsync, TimeProvider.System, ProcessRandom.Shared, Console.Out, stop);
    }

    /// <summary><c>gateway simulate</c>: only the simulated replicas, until a signal.</summary>
    internal static async Task<int> SimulateAsync(SimulatorOptions options, CancellationToken stop)
    {
        SimulatedFrontends frontends;
        try
        {
            frontends = await SimulatedFrontends.StartAsync(options, stop);
        }
        catch (IOException exception)
        {
            return await CouldNotListenAsync(exception);
        }

        await using (frontends)
        {
            foreach (SimulatedFrontend frontend in frontends.Frontends)
                await Console.Out.WriteLineAsync($"Simulated Dynamo frontend on {frontend.Address}");
            await Console.Out.WriteLineAsync("Every answer is simulated: no model runs here. Stop with Ctrl-C.");
            await StopSignal.WaitAsync(stop);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> RunAsync(ServeArguments arguments, Action<GatewayOptions, GatewayHost> started, CancellationToken stop)
    {
        GatewayHost host;
        await using EmbeddedSimulators simulators = new();
        try
        {
            GatewayOptions options = await simulators.StartAsync(arguments.Options, stop);
            host = await GatewayHost.StartAsync(options, TimeProvider.System, ProcessRandom.Shared, source: new(arguments.Loaded, arguments.LoadAgain, simulators.StartAsync));
        }
        catch (IOException exception)
        {
            return await CouldNotListenAsync(exception);
        }

        await using (host)
        {
            started(arguments.Options, host);
            await host.RunAsync(stop);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> CouldNotListenAsync(IOException exception)
    {
        await Console.Error.WriteLineAsync($"gateway: could not listen: {exception.Message} Choose another address with --listen, --admin-listen or --port.");
        return ExitCode.CouldNotListen;
    }
}
