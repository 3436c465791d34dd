using System.Globalization;
using Gateway.Cli.Probing;
using Gateway.Configuration;
using Gateway.Configuration.Schema;
using Gateway.Upstream.Dialects;

namespace Gateway.Cli;

/// <summary>What a valid configuration comes to: addresses, providers, routes. Never a credential.</summary>
internal static class RouteReport
{
    private static readonly (string Name, Endpoint Endpoint)[] Endpoints =
    [
        ("chat", Endpoint.ChatCompletions), ("completions", Endpoint.Completions), ("embeddings", Endpoint.Embeddings),
        ("responses", Endpoint.Responses), ("messages", Endpoint.Messages), ("audio", Endpoint.Speech), ("images", Endpoint.Images),
    ];

    public static void Write(GatewayOptions options, string? file, TextWriter output)
    {
        output.WriteLine($"{file ?? "The environment's configuration"} is valid.");
        output.WriteLine();
        WriteServer(options.Server, output);
        if (options.Limits is { } shared)
            output.WriteLine($"limits        shared with other gateways in Redis at {shared.Redis}");
        output.WriteLine();
        WriteKeys(options.Auth, output);
        output.WriteLine("providers");
        int width = options.Providers.Max(provider => provider.Name.Length);
        foreach (ProviderOptions provider in options.Providers)
            WriteProvider(provider, width, output);

        foreach (RouterOptions router in options.Routers)
            WriteRouter(router, options.Providers, output);

        WriteModelMapping(options.ModelMapping, output);
    }

    private static void WriteKeys(AuthOptions auth, TextWriter output)
    {
        if (auth.IsOpen)
        {
            output.WriteLine("client keys  none: open to whoever reaches the listen address");
            output.WriteLine();
            return;
        }

        output.WriteLine("client keys");
        foreach (ClientKeyOptions key in auth.Keys)
        {
            string state = !key.Enabled ? "  disabled" : key.Expires is { } expires ? string.Create(CultureInfo.InvariantCulture, $"  until {expires:yyyy-MM-dd HH:mm:ss}Z") : "";
            output.WriteLine($"  {key.Id}  models: {Names(key.Models)}  routers: {Names(key.Routers)}{Limits(key.Limits)}{state}");
        }

        output.WriteLine();

        static string Limits(LimitOptions limits) => LimitText.Of(limits) is { } text ? "  limits: " + text : "";

        static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "all" : string.Join(", ", names);
    }

    /// <summary>One line for each thing that decides who is let in.</summary>
    private static void WriteServer(ServerOptions server, TextWriter output)
    {
        output.WriteLine($"listen        {string.Join("  ", server.Listen.Select(Display))}");
        output.WriteLine($"admin-listen  {Display(server.AdminListen)}  {(server.AdminToken is null ? "open to this machine" : "with admin-token")}");
        if (server.MetricsListen is { } metrics)
            output.WriteLine($"metrics       {Display(metrics)}  open");
        if (server.Cors.Count > 0)
            output.WriteLine($"cors          {string.Join("  ", server.Cors)}");
        if (server.MaxConnections is { } most)
            output.WriteLine($"max-connections  {most}");
    }

    private static void WriteProvider(ProviderOptions provider, int width, TextWriter output)
    {
        string addresses = provider.Type == ProviderType.Simulator
            ? $"{provider.SimulatedReplicas} simulated replicas in this process"
            : string.Join("  ", provider.BaseUrls.Select(Display));
        string models = provider.HasNoModels ? "none: without an api-key the hosted models are not asked for, and none are configured"
            : provider.Models.Count > 0 ? string.Join(", ", provider.Models) : "asked from the upstream";
        output.WriteLine($"  {provider.Name.PadRight(width)}  {TypeName(provider.Type),-12}  {addresses}");
        Line("models", models);
        Line("credentials", ProbeCredentials.NameOf(provider) ?? "none");
        Line("timeouts", $"connect {Display(provider.Timeouts.Connect)}, first-byte {Display(provider.Timeouts.FirstByte)}, idle {Display(provider.Timeouts.Idle)}, total {Display(provider.Timeouts.Total)}");

        if (LimitText.OfProvider(provider.RateLimit) is { } limits)
            Line("limits", limits);

        void Line(string name, string value) => output.WriteLine($"  {new string(' ', width)}  {"",-12}  {name}: {value}");
    }

    private static void WriteRouter(RouterOptions router, IReadOnlyList<ProviderOptions> providers, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"router {router.Name}  /router/{router.Name}/v1{(router.Name == "default" ? "  /v1" : "")}");
        foreach ((string name, Endpoint endpoint) in Endpoints)
        {
            LoadBalanceOptions balance = router.For(endpoint);
            output.WriteLine($"  {name,-12}  {StrategyName(balance.Strategy),-15}  {Able(balance, endpoint)}");
        }

        string Able(LoadBalanceOptions balance, Endpoint endpoint)
        {
            IEnumerable<WeightedProvider> able = balance.Providers
                .Where(provider => DialectOf.Provider(providers.First(options => options.Name == provider.Name)).Serves(endpoint));
            return string.Join(", ", able.Select(provider => Display(provider, balance.Strategy)).DefaultIfEmpty("nobody: none of its providers has this endpoint"));
        }

        output.WriteLine($"  {"retries",-12}  up to {router.Retries.MaxAttempts} attempts, {Display(router.Retries.Budget)} of requests");
        output.WriteLine($"  {"hedging",-12}  {(router.Hedging.Delay is { } delay ? $"after {Display(delay)}, {Display(router.Hedging.Budget)} of requests" : "off")}");
        if (LimitText.Of(router.RateLimit) is { } limits)
            output.WriteLine($"  {"limits",-12}  {limits}");
        output.WriteLine($"  {"mid-stream",-12}  {(router.MidStream == MidStreamMode.Resume ? "resume" : "error")}");
    }

    private static void WriteModelMapping(IReadOnlyDictionary<string, IReadOnlyList<string>> mapping, TextWriter output)
    {
        if (mapping.Count == 0)
            return;

        output.WriteLine();
        output.WriteLine("model-mapping");
        foreach ((string model, IReadOnlyList<string> equivalents) in mapping)
            output.WriteLine($"  {model} → {string.Join(", ", equivalents)}");
    }

    private static string Display(Uri url) => url.AbsoluteUri.TrimEnd('/');

    private static string Display(TimeSpan time) => DurationText.Format(time);

    private static string Display(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##}%");

    private static string Display(HedgeDelay delay) =>
        delay.Fixed is { } wait ? Display(wait) : string.Create(CultureInfo.InvariantCulture, $"p{delay.Quantile * 100:0.##}");

    private static string TypeName(ProviderType type) => type switch
    {
        ProviderType.Dynamo => "dynamo",
        ProviderType.Nim => "nim",
        ProviderType.OpenAi => "openai",
        ProviderType.AzureOpenAi => "azure-openai",
        _ => "simulator",
    };

    private static string StrategyName(BalancingStrategy strategy) => strategy switch
    {
        BalancingStrategy.RoundRobin => "round-robin",
        BalancingStrategy.Weighted => "weighted",
        BalancingStrategy.LeastRequests => "least-requests",
        BalancingStrategy.Latency => "latency",
        BalancingStrategy.PrefixAffinity => "prefix-affinity",
        _ => "priority",
    };

    private static string Display(WeightedProvider provider, BalancingStrategy strategy) =>
        strategy == BalancingStrategy.Weighted ? string.Create(CultureInfo.InvariantCulture, $"{provider.Name} ({provider.Weight})") : provider.Name;
}
