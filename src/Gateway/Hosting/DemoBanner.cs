using Gateway.Configuration;

namespace Gateway.Hosting;

/// <summary>What <c>gateway demo</c> prints: what this is, and the first thing to try.</summary>
internal static class DemoBanner
{
    private const string Model = "meta/llama-3.1-8b-instruct";

    internal static void Print(GatewayOptions options, GatewayHost host)
    {
        string address = host.Addresses[0].ToString().TrimEnd('/');
        int replicas = options.Providers.Sum(provider => provider.SimulatedReplicas);
        Console.WriteLine($$"""

            Gateway demo: {{replicas}} simulated Dynamo replicas in this process. The answers are simulated: no model runs here.

              OpenAI endpoint   {{address}}/v1
              Metrics           {{host.AdminAddress.ToString().TrimEnd('/')}}/metrics
              Health            {{address}}/health/ready

            Try it:

              curl -N {{address}}/v1/chat/completions -H 'content-type: application/json' \
                -d '{"model":"{{Model}}","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

            Stop with Ctrl-C.

            """);
    }
}
