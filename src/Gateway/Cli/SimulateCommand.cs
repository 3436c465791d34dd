using System.CommandLine;
using System.CommandLine.Help;
using Gateway.Simulator;

namespace Gateway.Cli;

/// <summary><c>gateway simulate</c>: only the simulated Dynamo frontends, for other tools.</summary>
internal static class SimulateCommand
{
    private const int LastPort = 65_535;

    public static Command Build(CommandHandlers handlers)
    {
        SimulatorOptions defaults = new();
        var port = NumberOption.Create("--port", "First port; the replicas take consecutive ones; 0: free ports.", 8000, 0, LastPort);
        var replicas = NumberOption.Create("--replicas", "Number of replicas.", 1, 1, 64);
        var models = new Option<string[]>("--model") { Description = "Model id to serve; repeatable; default: the simulator's own.", HelpName = "ID" };
        var firstToken = LatencyOption.Create("--time-to-first-token", "Time until the first token.", "200ms");
        var interToken = LatencyOption.Create("--inter-token", "Time between tokens.", "20ms");
        var mocker = new Option<bool>("--mocker") { Description = "Times from the formula of Dynamo's own mocker instead of the two options above." };
        var outputTokens = NumberOption.Create("--output-tokens", "Tokens of an answer that the request does not limit.", 64, 1, 1_000_000);
        var reasoningTokens = NumberOption.Create("--reasoning-tokens", "Tokens of reasoning before the content.", 0, 0, 1_000_000);
        var tokensPerChunk = NumberOption.Create("--tokens-per-chunk", "Tokens per stream event.", 1, 1, 1_000);
        var startupDelay = DurationOption.Create("--startup-delay", "Time until models are registered.", "0");
        var faults = FaultOption.Create("--fault", "Fault that strikes a share of all requests, as in stall=5%; repeatable.");
        var maxActive = NumberOption.Create("--max-active", "Generations at once before 529; 0: no limit.", 0, 0, 1_000_000);
        var oldErrors = new Option<bool>("--dynamo-1.1") { Description = "Errors in streams as Dynamo up to 1.1 sends them." };
        var comments = new Option<bool>("--comments") { Description = "Send Dynamo's own keepalive comments." };
        var requestIdEvent = new Option<bool>("--request-id-event") { Description = "Begin streams with Dynamo's request_id event." };
        var seed = NumberOption.Create("--seed", "Seed of texts and times: the same seed answers the same.", 1, 0, int.MaxValue);
        var command = new Command("simulate", "Run only simulated Dynamo frontends, as real HTTP servers on consecutive ports, for other tools.")
        {
            port, replicas, models, firstToken, interToken, mocker, outputTokens, reasoningTokens, tokensPerChunk, startupDelay, faults, maxActive,
            oldErrors, comments, requestIdEvent, seed,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(port) is > 0 and var first && first + result.GetValue(replicas) - 1 > LastPort)
                result.AddError($"--port and --replicas go beyond port {LastPort}.");
        });
        HelpOption help = new();
        help.Action = new HelpWithFaults((HelpAction)help.Action!);
        command.Add(help);
        command.SetAction((parsed, cancellationToken) => handlers.Simulate(
            defaults with
            {
                Port = parsed.GetValue(port),
                Replicas = parsed.GetValue(replicas),
                Models = parsed.GetValue(models) is { Length: > 0 } named ? named : defaults.Models,
                TimeToFirstToken = LatencyOption.Value(parsed, firstToken),
                InterToken = LatencyOption.Value(parsed, interToken),
                Mocker = parsed.GetValue(mocker) ? new MockerTiming() : null,
                OutputTokens = parsed.GetValue(outputTokens),
                ReasoningTokens = parsed.GetValue(reasoningTokens),
                TokensPerChunk = parsed.GetValue(tokensPerChunk),
                StartupDelay = DurationOption.Value(parsed, startupDelay),
                RandomFaults = FaultOption.Value(parsed, faults),
                MaxActiveGenerations = parsed.GetValue(maxActive),
                Generation = parsed.GetValue(oldErrors) ? DynamoGeneration.UpTo11 : DynamoGeneration.From12,
                Comments = parsed.GetValue(comments),
                RequestIdEvent = parsed.GetValue(requestIdEvent),
                Seed = parsed.GetValue(seed),
            },
            cancellationToken));
        return command;
    }
}
