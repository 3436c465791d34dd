using System.ClientModel;
using System.ClientModel.Primitives;
using Gateway.EndToEnd.Tests.Wire;
using OpenAI;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>The official .NET client, without retries, every answer of the simulator with the same id.</summary>
internal static class DotNetClient
{
    internal static OpenAIClient Create(Uri baseUrl) => new(new ApiKeyCredential("client-key"), Configure(new OpenAIClientOptions { Endpoint = baseUrl }));

    internal static T Configure<T>(T options)
        where T : ClientPipelineOptions
    {
        options.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        options.NetworkTimeout = TimeSpan.FromSeconds(30);
        options.AddPolicy(new SameIdPolicy(), PipelinePosition.PerCall);
        return options;
    }

    private sealed class SameIdPolicy : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set(GatewayFixture.ResponseIdHeader, GatewayFixture.ResponseId);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set(GatewayFixture.ResponseIdHeader, GatewayFixture.ResponseId);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
