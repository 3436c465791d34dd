namespace Gateway.Tests.Upstream.Http1;

/// <summary>For tests that count what the process allocates: no other test runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
