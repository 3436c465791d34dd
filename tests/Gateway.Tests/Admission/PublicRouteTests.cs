using Gateway.Admission;

namespace Gateway.Tests.Admission;

public sealed class PublicRouteTests
{
    [Theory]
    [InlineData("/v1/chat/completions", nameof(RouteKind.Relay), "default", false, "")]
    [InlineData("/router/a/chat/completions", nameof(RouteKind.Relay), "a", false, "")]
    [InlineData("/router/a/v1/messages", nameof(RouteKind.Relay), "a", false, "")]
    [InlineData("/ai/embeddings", nameof(RouteKind.Relay), "default", true, "")]
    [InlineData("/ai/v1/responses", nameof(RouteKind.Relay), "default", true, "")]
    [InlineData("/v1/messages/count_tokens", nameof(RouteKind.Relay), "default", false, "")]
    [InlineData("/router/a/rerank", nameof(RouteKind.Relay), "a", false, "")]
    [InlineData("/ai/v1/classify", nameof(RouteKind.Relay), "default", true, "")]
    [InlineData("/v1/audio/speech", nameof(RouteKind.Relay), "default", false, "")]
    [InlineData("/router/a/v1/audio/transcriptions", nameof(RouteKind.Relay), "a", false, "")]
    [InlineData("/ai/audio/translations", nameof(RouteKind.Relay), "default", true, "")]
    [InlineData("/v1/images/generations", nameof(RouteKind.Relay), "default", false, "")]
    [InlineData("/v1/models", nameof(RouteKind.Models), "default", false, "")]
    [InlineData("/v1/models/meta/llama", nameof(RouteKind.Model), "default", false, "meta/llama")]
    [InlineData("/router/a/v1/models/meta%2Fllama", nameof(RouteKind.Model), "a", false, "meta/llama")]
    [InlineData("/openai/deployments/gpt-4o/chat/completions", nameof(RouteKind.Relay), "default", false, "gpt-4o")]
    [InlineData("/openai/deployments/meta%2Fllama/completions", nameof(RouteKind.Relay), "default", false, "meta/llama")]
    [InlineData("/openai/deployments/meta/llama/embeddings", nameof(RouteKind.Relay), "default", false, "meta/llama")]
    [InlineData("/openai/deployments/chat/completions", nameof(RouteKind.Relay), "default", false, "chat")]
    [InlineData("/router/a/openai/deployments/gpt-4o/chat/completions", nameof(RouteKind.Relay), "a", false, "gpt-4o")]
    [InlineData("/openai/responses", nameof(RouteKind.Relay), "default", false, "")]
    [InlineData("/openai/v1/chat/completions", nameof(RouteKind.Relay), "default", false, "")]
    [InlineData("/openai/models", nameof(RouteKind.Models), "default", false, "")]
    [InlineData("/health", nameof(RouteKind.Ready), "default", false, "")]
    [InlineData("/health/ready", nameof(RouteKind.Ready), "default", false, "")]
    [InlineData("/health/live", nameof(RouteKind.Live), "default", false, "")]
    public void Parse_KnownPath_IsUnderstood(string path, string kind, string router, bool namesProvider, string model)
    {
        PublicRoute route = PublicRoute.Parse(path);
        Assert.Equal((kind, router, namesProvider, model), (route.Kind.ToString(), route.Router, route.NamesProvider, route.ModelId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v1/models/")]
    [InlineData("/v1/v1/models")]
    [InlineData("/v1/chat/completions/")]
    [InlineData("/V1/chat/completions")]
    [InlineData("/openai")]
    [InlineData("/openai/deployments//chat/completions")]
    [InlineData("/openai/deployments/chat")]
    [InlineData("/openai/deployments/a/messages")]
    [InlineData("/openai/deployments/completions")]
    [InlineData("/router/a")]
    [InlineData("/router/")]
    [InlineData("/ai")]
    [InlineData("/health/other")]
    [InlineData("/metrics")]
    [InlineData("/admin/status")]
    public void Parse_OtherPath_IsNothing(string path) => Assert.Equal(RouteKind.None, PublicRoute.Parse(path).Kind);
}
