using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>A replica that does what the test says, and may do something else from the next request on.</summary>
internal sealed class ScriptedReplica : IDisposable
{
    private readonly ScriptedUpstream _upstream;

    public ScriptedReplica() => _upstream = new((connection, request) => Does(connection, request));

    /// <summary>What it does with each request; at first it answers.</summary>
    public Func<UpstreamConnection, string, Task> Does { get; set; } = Play.Answer;

    /// <summary>Requests it has seen; probes are none.</summary>
    public int Count => Requests.Count;

    public IReadOnlyCollection<string> Requests => [.. _upstream.Requests.Where(static request => request.StartsWith("POST", StringComparison.Ordinal))];

    public int Probes => _upstream.Requests.Count - Count;

    public Uri Address => _upstream.Address;

    public void Dispose() => _upstream.Dispose();
}
