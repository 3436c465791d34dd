using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class ErrorPositionTests
{
    [Theory]
    [InlineData("servr: {}", "3:1: servr: unknown key — did you mean `server`?")]
    [InlineData("listen: http://127.0.0.1:1", "3:1: listen: unknown key — did you mean `server.listen`?")]
    [InlineData("zzz: 1", "3:1: zzz: unknown key — known here: server, auth, providers, model-mapping, routers, retries, hedging, keepalive, mid-stream, cache, limits, telemetry")]
    [InlineData("server: {admin-token:hush-hush}", "3:10: server.admin-token: has no blank behind its colon — write `admin-token: …`")]
    [InlineData("hedgin: {}", "3:1: hedgin: unknown key — did you mean `hedging`?")]
    [InlineData("policies: {a: x}", "3:1: policies: not in this version — remove it")]
    [InlineData("policies:", "3:1: policies: not in this version — remove it")]
    [InlineData("mid-stream: resum", "3:13: mid-stream: `resum` is not one of error, resume — did you mean `resume`?")]
    [InlineData("retries: {max-attempts: 0}", "3:25: retries.max-attempts: `0` is not a whole number from 1 to 10 — write a number from 1 to 10")]
    [InlineData("retries: {max-attempts: 11}", "3:25: retries.max-attempts: `11` is not a whole number from 1 to 10 — write a number from 1 to 10")]
    [InlineData("retries: {budget: 0.2}", "3:19: retries.budget: `0.2`: a share needs its `%` — write a percentage, as in 5% or 0.5%")]
    [InlineData("retries: {budget: 101%}", "3:19: retries.budget: `101%`: not within 0% and 100% — write a percentage, as in 5% or 0.5%")]
    [InlineData("retries: {backoff: 1s, max-backoff: 500ms}", "3:37: retries.max-backoff: is shorter than backoff — raise it, or shorten backoff")]
    [InlineData("retries: {backoff: 3s}", "3:20: retries.backoff: is longer than max-backoff — shorten it, or set a longer max-backoff beside it")]
    [InlineData("retries: {max-backoff: 0}", "3:24: retries.max-backoff: `0` is no time at all — write a duration above 0, as in 250ms, 8s or 2m")]
    [InlineData("retries: {on-context-length: next}", "3:30: retries.on-context-length: `next` is not one of fail, fallback — use fail, fallback")]
    [InlineData("hedging: {delay: p100}", "3:18: hedging.delay: `p100`: not a percentile from p1 to p99.9 — write a percentile as in p95, a duration as in 300ms, or off")]
    [InlineData("hedging: {delay: 95}", "3:18: hedging.delay: `95`: a duration needs a unit — write a percentile as in p95, a duration as in 300ms, or off")]
    [InlineData("hedging: {delay: fast}", "3:18: hedging.delay: `fast`: neither a percentile nor a duration — write a percentile as in p95, a duration as in 300ms, or off")]
    [InlineData("hedging: {max-hedges: 4}", "3:23: hedging.max-hedges: `4` is not a whole number from 0 to 3 — write a number from 0 to 3")]
    [InlineData("hedging: {percentile: p95}", "3:11: hedging.percentile: unknown key — known here: delay, min-delay, max-hedges, budget, unary")]
    [InlineData("routers: {r: {mid-stream: x}}", "3:27: routers.r.mid-stream: `x` is not one of error, resume — use error, resume")]
    [InlineData("routers: {r: {retries: {backoff: 3s}}}", "3:34: routers.r.retries.backoff: is longer than max-backoff — shorten it, or set a longer max-backoff beside it")]
    [InlineData("server: 5", "3:9: server: must be a section, not a single value — put its keys below `server:`, indented: listen, admin-listen, metrics-listen, admin-token, cors, max-connections, max-request-body, max-upload, shutdown-delay, shutdown-grace, client-stall, tls")]
    [InlineData("telemetry: {logs: [json]}", "3:19: telemetry.logs: must be a single value, not a list — write `logs: json`")]
    [InlineData("telemetry: {logs: jsom}", "3:19: telemetry.logs: `jsom` is not one of json, text — did you mean `json`?")]
    [InlineData("telemetry: {access-log: yes}", "3:25: telemetry.access-log: `yes` is not a boolean — write true or false")]
    [InlineData("telemetry: {service-name: ''}", "3:27: telemetry.service-name: is empty — give it a value or remove the key")]
    [InlineData("telemetry: {otlp-endpoint: 'http://o?x'}", "3:28: telemetry.otlp-endpoint: a URL with a query or fragment — write http://HOST:PORT or https://HOST, with a path if there is one")]
    [InlineData("keepalive: {interval: 8}", "3:23: keepalive.interval: `8`: a duration needs a unit — write a number and a unit, as in 250ms, 8s, 2m or 1h; 0 for off")]
    [InlineData("keepalive: {interval: -8s}", "3:23: keepalive.interval: `-8s`: a duration cannot be negative — write a number and a unit, as in 250ms, 8s, 2m or 1h; 0 for off")]
    [InlineData("keepalive:\n  interval: 1s\n  interval: 2s", "5:3: keepalive.interval: duplicate key; line 4 has it already — keep one of the two")]
    [InlineData("model-mapping: {m: []}", "3:20: model-mapping.m: is an empty list — name at least one, or remove the key")]
    [InlineData("model-mapping: {m: [m]}", "3:20: model-mapping.m: lists itself — list other models only")]
    [InlineData("model-mapping: {m: [a, a]}", "3:24: model-mapping.m[1]: `a` is listed twice — remove one of the two")]
    [InlineData("model-mapping: {m: a}", "3:20: model-mapping.m: must be a list, not a single value — write `m: [VALUE]`")]
    public void Load_WrongTopLevel_NamesPositionAndFix(string lines, string expected) => AssertError(Load.Minimal + lines, expected);

    [Theory]
    [InlineData("listen: []", "2:11: server.listen: is an empty list — name at least one, or remove the key")]
    [InlineData("listen: ftp://x", "2:11: server.listen: not an http or https URL — write http://HOST:PORT or https://HOST, with a path if there is one")]
    [InlineData("listen: http://127.0.0.1:1/x", "2:11: server.listen: a listen address has no path — write http://127.0.0.1:1")]
    [InlineData("listen: http://host:80", "2:11: server.listen: `host` is no address of this machine — write an IP address or localhost; 0.0.0.0 for every interface")]
    [InlineData("listen: https://127.0.0.1:1", "2:11: server.listen: https needs a certificate — add server.tls with certificate and key, or write http://")]
    [InlineData("listen: [http://127.0.0.1:1, 'http://localhost:1']", "2:32: server.listen[1]: takes the same port as 127.0.0.1:1 — choose another port or remove one of the two")]
    [InlineData("admin-listen: http://127.0.0.1:8080", "2:17: server.admin-listen: takes the same port as the public address 127.0.0.1:8080 — choose another port")]
    [InlineData("admin-listen: http://0.0.0.0:9", "2:17: server.admin-listen: beyond loopback it needs admin-token — add server.admin-token, or write http://127.0.0.1:PORT")]
    [InlineData("admin-listen: http://[::]:9", "2:17: server.admin-listen: beyond loopback it needs admin-token — add server.admin-token, or write http://127.0.0.1:PORT")]
    [InlineData("admin-listen: https://127.0.0.1:9", "2:17: server.admin-listen: https is not in this version — write http://127.0.0.1:9")]
    [InlineData("max-request-body: 45MB", "2:21: server.max-request-body: `45MB`: not a size — write a number and a unit, as in 64KiB, 45MiB or 1GiB")]
    [InlineData("max-request-body: 2GiB", "2:21: server.max-request-body: `2GiB` is out of range — write a size from 1 to 1GiB")]
    [InlineData("tls: {certificate: c.pem}", "2:3: server.tls.key: is missing — add `key: FILE`")]
    [InlineData("tls: {certificate: c.pem, key: none}", "2:34: server.tls.key: the file does not exist — check the path; it is relative to the configuration file")]
    [InlineData("tls: {certificate: c.pem, key: junk}", "2:34: server.tls.key: file `junk` is not PEM — give it in PEM format: text that starts with -----BEGIN")]
    [InlineData("admin-token: \"a\\tb\"", "2:16: server.admin-token: holds control characters or characters beyond ASCII — paste the key again, on one line")]
    [InlineData("metrics-listen: x", "2:19: server.metrics-listen: not a URL — write http://HOST:PORT or https://HOST, with a path if there is one")]
    [InlineData("metrics-listen: http://0.0.0.0:8080", "2:19: server.metrics-listen: takes the same port as the public address 127.0.0.1:8080 — choose another port")]
    [InlineData("metrics-listen: 'http://[::ffff:127.0.0.1]:8080'", "2:19: server.metrics-listen: takes the same port as the public address 127.0.0.1:8080 — choose another port")]
    [InlineData("metrics-listen: http://0.0.0.0:9091", "2:19: server.metrics-listen: takes the same port as server.admin-listen 127.0.0.1:9091 — choose another port; admin-listen has the metrics too")]
    [InlineData("metrics-listen: http://pod:9090", "2:19: server.metrics-listen: `pod` is no address of this machine — write an IP address or localhost; 0.0.0.0 for every interface")]
    [InlineData("cors: [chat.example.com]", "2:10: server.cors[0]: `chat.example.com` is no origin — write scheme, host and port, as in https://chat.example.com, or *")]
    [InlineData("cors: [https://a.example, https://a.example/]", "2:29: server.cors[1]: `https://a.example/` is listed twice — remove one of the two")]
    [InlineData("cors: ['*', https://a.example]", "2:9: server.cors: `*` allows every origin already — write `*` alone, or the origins alone")]
    [InlineData("cors: [https://a.example/chat]", "2:10: server.cors[0]: `https://a.example/chat` is no origin — write scheme, host and port, as in https://chat.example.com, or *")]
    [InlineData("cors: ['https://*.example.com']", "2:10: server.cors[0]: `https://*.example.com` is no origin — write scheme, host and port, as in https://chat.example.com, or *")]
    [InlineData("max-connections: 0", "2:20: server.max-connections: `0` is not a whole number from 1 to 10000000 — write a number from 1 to 10000000")]
    public void Load_WrongServer_NamesPositionAndFix(string line, string expected) => AssertError($"server:\n  {line}\n{Load.Minimal}", expected);

    [Theory]
    [InlineData("base-url: http://b", "2:3: providers.a.type: is missing — add `type: dynamo`")]
    [InlineData("{type: dynamo}", "2:3: providers.a: has no base-url — add `base-url: http://HOST:8000`")]
    [InlineData("{type: openai}", "2:3: providers.a: has no base-url — add `base-url: https://api.openai.com`")]
    [InlineData("", "2:3: providers.a: is empty — give it `type` and `base-url`")]
    [InlineData("{type: nim, base-url: 'http://integrate.api.nvidia.com/v1'}", "3:27: providers.a.base-url: is not https, and the key would travel in the clear — write https://integrate.api.nvidia.com")]
    [InlineData("{type: dynmo, base-url: http://b}", "3:12: providers.a.type: `dynmo` is not one of dynamo, nim, openai, azure-openai, simulator — did you mean `dynamo`?")]
    [InlineData("{type: openai, base-url: http://b, base-urls: [http://c]}", "3:40: providers.a.base-urls: given together with `base-url` — keep one of the two")]
    [InlineData("{type: openai, base-url: http://b, api-key: x, api-key-file: key}", "3:52: providers.a.api-key-file: given together with `api-key` — keep one of the two")]
    [InlineData("{type: openai, base-urls: [http://b, 'http://B/v1/']}", "3:42: providers.a.base-urls[1]: is listed twice — remove one of the two; every entry is a replica")]
    [InlineData("{type: openai, base-url: 'http://u:pw@b'}", "3:30: providers.a.base-url: a URL cannot hold credentials — use api-key")]
    [InlineData("{type: openai, base-url: 'http://b#f'}", "3:30: providers.a.base-url: a URL with a query or fragment — write http://HOST:PORT or https://HOST, with a path if there is one")]
    [InlineData("{type: openai, base-url: 'http://localhost:8080/v1'}", "3:30: providers.a.base-url: is this gateway's own address — name the upstream's address, or change server.listen")]
    [InlineData("{type: openai, base-url: ''}", "3:30: providers.a.base-url: not a URL — write http://HOST:PORT or https://HOST, with a path if there is one")]
    [InlineData("{type: simulator, base-url: http://b}", "3:33: providers.a.base-url: a simulator runs inside the gateway and has no address — remove it, or choose another type")]
    [InlineData("{type: simulator, replicas: 0}", "3:33: providers.a.replicas: `0` is not a whole number from 1 to 64 — write a number from 1 to 64")]
    [InlineData("{type: openai, base-url: http://b, replicas: 2}", "3:50: providers.a.replicas: only a simulator has it — remove it, or list the replicas in base-urls")]
    [InlineData("{type: openai, base-url: http://b, api-key: \"a\\nb\"}", "3:49: providers.a.api-key: holds control characters or characters beyond ASCII — paste the key again, on one line")]
    [InlineData("{type: openai, base-url: http://b, http-version: 2}", "3:54: providers.a.http-version: `2` is not one of 1.1 — use 1.1")]
    [InlineData("{type: openai, base-url: http://b, models: [x, ]}", null)]
    [InlineData("{type: openai, base-url: http://b, models: [~]}", "3:49: providers.a.models[0]: is empty — give it a value or remove the item")]
    [InlineData("{type: openai, base-url: http://b, timeouts: {idle: 0}}", "3:57: providers.a.timeouts.idle: `0` is no time at all — write a duration above 0, as in 250ms, 8s or 2m")]
    [InlineData("{type: openai, base-url: http://b, timeouts: {idle: 25h}}", "3:57: providers.a.timeouts.idle: `25h`: longer than 24h — write a number and a unit, as in 250ms, 8s, 2m or 1h")]
    [InlineData("{type: openai, base-url: http://b, discover: srv}", "3:50: providers.a.discover: `srv` is not one of dns — use dns")]
    [InlineData("{type: openai, base-urls: [http://b, http://c], discover: dns}", "3:63: providers.a.discover: given together with several base-urls — keep one address, whose host has every replica, or remove discover")]
    [InlineData("{type: openai, base-url: 'http://10.0.0.1:8000', discover: dns}", "3:64: providers.a.discover: the base-url's host is an IP address, there is nothing to discover — write a host name that resolves to every replica, or remove discover")]
    [InlineData("{type: openai, base-url: 'http://[::1]:8000', discover: dns}", "3:61: providers.a.discover: the base-url's host is an IP address, there is nothing to discover — write a host name that resolves to every replica, or remove discover")]
    [InlineData("{type: simulator, discover: dns}", "3:33: providers.a.discover: a simulator runs inside the gateway and has no address — remove it, or choose another type")]
    [InlineData("{type: openai, base-url: http://b, request: {tenant-header: x}}", "3:65: providers.a.request.tenant-header: `x` is not a boolean — write true or false")]
    [InlineData("{type: openai, base-url: http://b, request: {stream-options: adaptve}}", "3:66: providers.a.request.stream-options: `adaptve` is not one of inject, pass, drop, adaptive — did you mean `adaptive`?")]
    [InlineData("{type: openai, base-url: http://b, request: {drop-fields: [model]}}", "3:64: providers.a.request.drop-fields[0]: `model` cannot be dropped — remove it: no answer would be what the client asked for")]
    [InlineData("{type: openai, base-url: http://b, request: {allow-headers: [Cookie]}}", "3:66: providers.a.request.allow-headers[0]: `Cookie` is never forwarded — remove it; a fixed value can be added with request.headers")]
    [InlineData("{type: openai, base-url: http://b, request: {headers: {Host: x}}}", "3:66: providers.a.request.headers.Host: is written by the gateway itself — remove it")]
    [InlineData("{type: openai, base-url: http://b, request: {headers: {'a b': x}}}", "3:67: providers.a.request.headers.a b: is not a header's name — use letters, digits and `-`")]
    [InlineData("{type: openai, base-url: http://b, api-key: '${NOPE}'}", "3:49: providers.a.api-key: environment variable NOPE is not set — set it, or write ${NOPE:-default}")]
    [InlineData("{type: openai, base-url: http://b, api-key: '${NOPE'}", "3:49: providers.a.api-key: `${` is not closed — write ${NAME}, or $${ for the characters themselves")]
    [InlineData("{type: openai, base-url: http://b, api-key: '${1}'}", "3:49: providers.a.api-key: `1` is not a variable's name — write ${NAME} or ${NAME:-default}, or $${ for the characters themselves")]
    public void Load_WrongProvider_NamesPositionAndFix(string provider, string? expected) => AssertError($"providers:\n  a:\n    {provider}\n", expected);

    [Theory]
    [InlineData("chat: {providers: [a, b]}", "6:29: routers.r.load-balance.chat.providers[1]: no provider is named `b` — use one of a")]
    [InlineData("chat: {providers: []}", "6:25: routers.r.load-balance.chat.providers: is an empty list — name at least one, or remove the key")]
    [InlineData("chat: {providers: [a, a]}", "6:29: routers.r.load-balance.chat.providers[1]: `a` is listed twice — remove one of the two")]
    [InlineData("chat: {providers: [{name: a, weight: 2}]}", "6:44: routers.r.load-balance.chat.providers[0].weight: only the strategy `weighted` has weights — set `strategy: weighted`, or remove the weight")]
    [InlineData("chat: {strategy: weighted, providers: [{name: a, weight: 0}]}", "6:64: routers.r.load-balance.chat.providers[0].weight: `0` is not a number above 0 and up to 1000000 — write a number as in 3 or 0.5")]
    [InlineData("chat: {strategy: weighted, providers: [{name: a, weight: -1}]}", "6:64: routers.r.load-balance.chat.providers[0].weight: `-1` is not a number above 0 and up to 1000000 — write a number as in 3 or 0.5")]
    [InlineData("chat: {strategy: weighted, providers: [{name: a, weight: .inf}]}", "6:64: routers.r.load-balance.chat.providers[0].weight: `.inf` is not a number above 0 and up to 1000000 — write a number as in 3 or 0.5")]
    [InlineData("chat: {strategy: weighted, providers: [{name: a, weigth: 1}]}", "6:56: routers.r.load-balance.chat.providers[0].weigth: unknown key — did you mean `weight`?")]
    [InlineData("chat: {strategy: weighted, providers: [{weight: 1}]}", "6:46: routers.r.load-balance.chat.providers[0].name: is missing — add `name: VALUE`")]
    [InlineData("chat: {strategy: weighted, providers: [{name: b, weight: 1}]}", "6:53: routers.r.load-balance.chat.providers[0].name: no provider is named `b` — use one of a")]
    [InlineData("chat: {strategy: weighted, providers: [a, {name: a}]}", "6:56: routers.r.load-balance.chat.providers[1].name: `a` is listed twice — remove one of the two")]
    [InlineData("chat: {strategy: weighted, providers: [[a]]}", "6:46: routers.r.load-balance.chat.providers[0]: must be a single value, not a list — write `providers[0]: VALUE`")]
    [InlineData("chat: {strategy: latncy}", "6:24: routers.r.load-balance.chat.strategy: `latncy` is not one of priority, round-robin, weighted, least-requests, latency, prefix-affinity — did you mean `latency`?")]
    [InlineData("audio: {providers: [nobody]}", "6:27: routers.r.load-balance.audio.providers[0]: no provider is named `nobody` — use one of a")]
    public void Load_WrongRouter_NamesPositionAndFix(string balance, string expected) =>
        AssertError($"{Load.Minimal}routers:\n  r:\n    load-balance:\n      {balance}\n", expected);

    [Theory]
    [InlineData("providers:\n  a b: {type: simulator}", "2:3: providers.a b: is no name for a provider — use letters, digits, `-` and `_`, starting with a letter or digit, at most 64")]
    [InlineData("providers:\n  a-b: {type: simulator}\n  A_b: {type: simulator}", "3:3: providers.A_b: duplicate provider: `a-b` differs only in case or `-` and `_` — rename one of the two")]
    [InlineData("providers:\n  a: {type: simulator}\n  a: {type: simulator}", "3:3: providers.a: duplicate key; line 2 has it already — keep one of the two")]
    [InlineData("providers:\n", "1:1: providers: no provider is configured — add one, with `type` and `base-url`")]
    [InlineData("", "1:1: providers: no provider is configured — add one, with `type` and `base-url`")]
    [InlineData("# nothing\n", "1:1: providers: no provider is configured — add one, with `type` and `base-url`")]
    public void Load_WrongNames_NamesPositionAndFix(string yaml, string expected) => AssertError(yaml, expected);

    [Theory]
    [InlineData("a: [1, 2\nb: 3\n", "1:6: not valid YAML: nothing makes sense after this — close the bracket, brace or quote that is open here")]
    [InlineData("a: *nope\n", "1:4: not valid YAML: an alias (*…) has no anchor before it — correct the syntax; text that starts with a special character needs quotes")]
    [InlineData("a: &x [*x]\n", "1:8: not valid YAML: an alias (*…) has no anchor before it — correct the syntax; text that starts with a special character needs quotes")]
    [InlineData("a: {type: simulator}\n\tb: c\n", "2:1: not valid YAML: While scanning a mapping, found invalid tab as indentation — indent with spaces")]
    [InlineData("a: 1\n---\nb: 2\n", "2:1: not valid YAML: a second document starts here; one file holds one configuration — correct the syntax; text that starts with a special character needs quotes")]
    [InlineData("? [a]\n: b\n", "1:3: not valid YAML: a key must be plain text — correct the syntax; text that starts with a special character needs quotes")]
    [InlineData("a: 'open\n", "1:4: not valid YAML: While scanning a quoted scalar, found unexpected end of stream — correct the syntax; text that starts with a special character needs quotes")]
    [InlineData("a: {k: ${X}}\n", "1:9: not valid YAML: While parsing a flow mapping, did not find expected ',' or '}' — inside { } and [ ] write \"${NAME}\" in quotes")]
    public void Load_BrokenYaml_IsOneErrorWithAPosition(string yaml, string expected) => AssertError(yaml, expected);

    [Fact]
    public void Load_NestedTooDeep_IsAnError() =>
        Assert.Contains("nested deeper than 32 levels", Load.Yaml("providers: " + new string('[', 100_000)).Error().Problem, StringComparison.Ordinal);

    [Fact]
    public void Load_ManyAliasesOfAliases_EndsSoon()
    {
        string yaml = "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 25).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 20))}]\n"));

        Assert.Equal(26 + 1, Load.Yaml(yaml + "providers: *a25\n").Result().Errors.Count);
    }

    [Fact]
    public void Load_NotUtf8_NamesTheByte()
    {
        Load load = Load.NoFile();
        load.Files["gateway.yaml"] = [.. "a: b\nc: "u8, 0xFF];

        Assert.Equal("gateway.yaml:2:4: not UTF-8 — save the file as UTF-8", load.Error().ToString());
    }

    [Theory]
    [InlineData(ConfigurationLoader.LargestFile, true)]
    [InlineData(ConfigurationLoader.LargestFile + 1, false)]
    public void Load_FileAtTheLimit_IsRead(int size, bool isRead) =>
        Assert.Equal(isRead, Load.Yaml(Load.Minimal + "#" + new string('x', size - Load.Minimal.Length - 1)).Result().IsValid);

    [Fact]
    public void Load_MissingFile_SaysSo() =>
        Assert.Equal("none.yaml: does not exist — check the path given with --config", new Load { File = "none.yaml" }.Error().ToString());

    [Fact]
    public void Load_ManyErrors_AreAllReportedInOrder()
    {
        string[] errors = Load.Yaml("mid-stream: x\nserver: {listn: 1, listenn: 1}\nproviders:\n  a: {type: nope}\npolicies: []\n")
            .With("GATEWAY__TELEMETRY__LOGS", "x")
            .Set("keepalive.interval", "x")
            .Errors();

        Assert.Equal(
            ["gateway.yaml:1:13", "gateway.yaml:2:10", "gateway.yaml:2:20", "gateway.yaml:4:13", "gateway.yaml:5:1", "GATEWAY__TELEMETRY__LOGS", "--set keepalive.interval"],
            errors.Select(error => error[..error.IndexOf(": ", StringComparison.Ordinal)]));
    }

    private static void AssertError(string yaml, string? expected)
    {
        string[] errors = Load.Yaml(yaml)
            .WithFile("c.pem", "-----BEGIN CERTIFICATE-----")
            .WithFile("junk", "junk")
            .WithFile("key", "k")
            .Errors();
        Assert.Equal(expected is null ? [] : [$"gateway.yaml:{expected}"], errors);
    }
}
