using System.Globalization;
using Gateway.EndToEnd.Tests.Wire;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Telemetry;

/// <summary>One reading of <c>/metrics</c>.</summary>
internal sealed class Scrape
{
    private Scrape(string text) => Text = text;

    internal string Text { get; }

    internal static async Task<Scrape> TakeAsync(GatewayProcess gateway)
    {
        RawAnswer answer = await RawClient.GetAsync(gateway.AdminAddress, "/metrics");
        Assert.Equal(200, answer.Status);
        return new(answer.Text);
    }

    /// <summary>Sum of the samples of this name that have all these labels (<c>endpoint="chat"</c>); 0 when there are none.</summary>
    internal double Sum(string name, params string[] labels) => Text.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
        .Where(line => labels.All(label => line.Contains($"{{{label}", StringComparison.Ordinal) || line.Contains($",{label}", StringComparison.Ordinal)))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
