using System.Text.Json;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Clients;

/// <summary>The JavaScript clients in <c>clients/</c>, each scenario's outcome as JSON: <c>{"result":…}</c> or <c>{"error":{name,status,code,…}}</c>.</summary>
internal static class NodeClient
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Gateway.EndToEnd.Tests", "clients");

    /// <param name="script">openai.mjs or ai.mjs.</param>
    /// <param name="baseUrl">Ends in <c>/v1</c>.</param>
    /// <param name="scenarios">Run one after the other.</param>
    internal static async Task<IReadOnlyDictionary<string, JsonElement>> RunAsync(string script, Uri baseUrl, params string[] scenarios)
    {
        CommandProcess node = await CommandProcess.RunAsync("node", [script, baseUrl.ToString(), .. scenarios], folder: Folder);
        Assert.True(node.ExitCode == 0, $"{script} failed (npm ci in {Folder}?):\n{node.Error}");
        using JsonDocument seen = JsonDocument.Parse(node.Output);
        return seen.RootElement.EnumerateObject().ToDictionary(scenario => scenario.Name, scenario => scenario.Value.Clone(), StringComparer.Ordinal);
    }
}
