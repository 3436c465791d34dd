namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>A provider with a key, headers of its own and one more allowed header.</summary>
public sealed class HeaderFixture : GatewayFixture
{
    public const string ProviderKey = "provider-key-CANARY-1";
    public const string AddedHeader = "added-header-CANARY-2";

    protected override string Provider =>
        $"""
        api-key: "Bearer {ProviderKey}"
            request: {"{"} allow-headers: [x-allowed, {ResponseIdHeader}], headers: {"{"} x-added: {AddedHeader} {"}"}, correlation-id-header: correlationId {"}"}
        """;
}
