using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class ProviderSchema
{
    public static SchemaNode Node { get; } = Section("", "One upstream.",
        Choice("type", "The dialect the upstream speaks: `dynamo` (NVIDIA Dynamo), `nim` (NVIDIA NIM, hosted or your own), `openai` (anything OpenAI-compatible), `azure-openai` (Azure OpenAI and gateways of its shape) or `simulator` (simulated Dynamo replicas inside this process).",
            null, "dynamo", "nim", "openai", "azure-openai", "simulator") with
        { IsRequired = true },
        Url("base-url", "The upstream's address; a path is kept; with or without `/v1` (`azure-openai`: with or without `/openai`). `nim`: by default `https://integrate.api.nvidia.com/v1`, and only `https` to NVIDIA's hosts.") with { InsteadOf = "base-urls" },
        List("base-urls", SchemaKind.Url, "One address per replica, instead of `base-url`.") with { InsteadOf = "base-url", Default = null },
        Choice("discover", "`dns`: every address of the base URL's host is a replica, resolved again every 10 s. Absent: the URL is one replica.", null, "dns"),
        Secret("api-key", "Credential for the upstream; blanks and a leading `Bearer ` are stripped; empty: none. A hosted `nim` without key and without `models` serves nothing.") with { InsteadOf = "api-key-file" },
        File("api-key-file", "File that holds the credential, instead of `api-key`.") with { InsteadOf = "api-key" },
        OAuth2Node,
        Text("api-version", "`azure-openai` only: the `api-version` of every request. Default: `2024-12-01-preview`."),
        Choice("http-version", "HTTP version towards the upstream.", "1.1", "1.1"),
        List("models", SchemaKind.Text, "Model ids it serves; absent: asked from `{base-url}/v1/models` and refreshed. `azure-openai`: the deployments; absent: asked from `{base-url}/openai/models`, which names models rather than deployments."),
        Section("timeouts", "Deadlines.",
            Duration("connect", "Opening a connection. `nim`, `azure-openai`: `10s`.", "2s"),
            Duration("first-byte", "Streams only: until the first content.", "120s"),
            Duration("idle", "Streams only: between two reads that brought an event.", "300s"),
            Duration("total", "The whole request, all attempts included.", "30m")),
        HealthNode,
        RequestNode,
        LimitSchema.Node("What the upstream allows us, all replicas together; every attempt counts.", queues: true),
        Choice("speech", "How `/v1/audio/speech` is asked of it: `openai` (JSON, as it came) or `riva` (a Riva speech NIM: `/v1/audio/synthesize` with a form).", "openai", "openai", "riva"),
        Section("tls", "Trust for `https` upstreams.",
            File("ca", "PEM file of the certificate authority that signs the upstream's certificate; absent: the system's.")),
        new SchemaNode("replicas", SchemaKind.Integer, "Number of simulated replicas; `type: simulator` only.") { Default = "3", Maximum = 64 });

    private static SchemaNode OAuth2Node => Section("oauth2", "OAuth 2.0 client credentials: an access token as the credential, instead of `api-key`.",
        Url("token-url", "Where tokens are asked for; `https`, except on loopback."),
        Text("client-id", "The id the token service knows this gateway by."),
        Secret("client-secret", "Its secret.") with { InsteadOf = "client-secret-file" },
        File("client-secret-file", "File that holds the secret, read again before each token.") with { InsteadOf = "client-secret" },
        Text("scope", "The scope that is asked for; absent: none."),
        Choice("auth-style", "Where id and secret are sent: `basic` in `Authorization: Basic`, `body` in the form. Default: `basic`.", null, "basic", "body"));

    private static SchemaNode HealthNode => Section("health", "How replicas are probed, and ejected when their requests fail.",
        Text("path", "Path below the base URL that answers 2xx while a replica is well. Absent: `{base-url}/v1/models` says it, where it is asked for; a `dynamo` replica that lists no model is not well."),
        Duration("interval", "Between two probes, and between two listings; at most a second while they fail. NVIDIA's hosted `nim`, `azure-openai`: `1m`.", "5s"),
        Duration("timeout", "One probe. May be longer than the interval: probes of a replica never overlap. NVIDIA's hosted `nim`, `azure-openai`: `10s`.", "1s"),
        Count("healthy-after", "Passing probes in a row that make an unhealthy replica healthy.", "2"),
        Count("unhealthy-after", "Failed probes in a row that make a replica unhealthy; one is enough if it is the first of all.", "3"),
        Count("eject-after", "Failed requests in a row that eject a replica; so do more than half of at least 20 in 30 s.", "3"));

    private static SchemaNode Count(string key, string description, string byDefault) =>
        new(key, SchemaKind.Integer, description) { Default = byDefault, Maximum = 1000 };

    private static SchemaNode RequestNode => Section("request", "How requests are rewritten for this upstream.",
        Choice("stream-options",
            "`stream_options` of streaming requests: `inject` asks for usage and removes the extra chunk again when the client had not asked, `pass` leaves it, `drop` removes it; `adaptive` is `inject` until a model refuses a field by name, then leaves that field out for this model (default of `nim`).",
            "inject", "inject", "pass", "drop", "adaptive"),
        Choice("max-tokens-field", "The name under which the upstream wants its token limit. `nim`: `max_tokens`.", "keep", "max_tokens", "max_completion_tokens", "keep"),
        List("drop-fields", SchemaKind.Text, "Top-level body fields that are removed."),
        Map("headers", "Headers that are added; values may use `${VAR}` and are treated as secrets.", Secret("", "The value.")),
        List("allow-headers", SchemaKind.Text, "Client headers that are forwarded beyond the standard list."),
        Text("correlation-id-header", "Header that carries a unique id per attempt; absent or `off`: none. Default of `azure-openai`: `correlationId`."),
        Boolean("tenant-header", "Sends the id of the client's key as `x-tenant-id`: Dynamo keeps the KV caches of tenants apart by it.", "false"));
}
