using System.Collections.Concurrent;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>One gateway in front of one scripted upstream, for all tests of a class.</summary>
public sealed class OneUpstream : IAsyncLifetime, IDisposable
{
    private readonly ScriptedUpstream _upstream;

    public OneUpstream() => _upstream = new((connection, request) => Answer(connection, request));

    internal Func<UpstreamConnection, string, Task> Answer { get; set; } = static (connection, _) => Chat.AnswerAsync(connection);

    internal ConcurrentQueue<string> Requests => _upstream.Requests;

    internal Uri Upstream => _upstream.Address;

    internal GatewayProcess Gateway { get; private set; } = null!;

    public async Task InitializeAsync() => Gateway = await Serving.StartAsync(_upstream, server: "max-request-body: 64KiB");

    public async Task DisposeAsync() => await Gateway.DisposeAsync();

    public void Dispose() => _upstream.Dispose();
}
