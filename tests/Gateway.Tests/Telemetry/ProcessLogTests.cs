using System.Text.Json;
using Gateway.Configuration;
using Gateway.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Telemetry;

public sealed class ProcessLogTests
{
    [Theory]
    [InlineData(true, "json")]
    [InlineData(false, "simple")]
    public async Task UseProcessLog_Format_WritesEveryLevelToStandardError(bool json, string formatter)
    {
        await using var services = new ServiceCollection().AddLogging(logging => logging.UseProcessLog(json ? LogFormat.Json : LogFormat.Text)).BuildServiceProvider();

        Assert.IsType<ConsoleLoggerProvider>(Assert.Single(services.GetServices<ILoggerProvider>()));
        var options = services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value;
        Assert.Equal((formatter, LogLevel.Trace), (options.FormatterName, options.LogToStandardErrorThreshold));
    }

    [Fact]
    public async Task UseProcessLog_Json_WritesOneLinePerEventInUtc()
    {
        await using var services = new ServiceCollection().AddLogging(logging => logging.UseProcessLog(LogFormat.Json)).BuildServiceProvider();
        var formatter = services.GetServices<ConsoleFormatter>().Single(found => found.Name == "json");
        using var text = new StringWriter();

        var entry = new LogEntry<string>(LogLevel.Warning, "Gateway.Upstream", 1801, "two\nlines", new InvalidOperationException("x"), static (state, _) => state);
        formatter.Write(in entry, null, text);

        var line = text.ToString();
        Assert.Equal(1, line.Count(c => c == '\n'));
        using var json = JsonDocument.Parse(line);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", json.RootElement.GetProperty("Timestamp").GetString());
        Assert.Equal("two\nlines", json.RootElement.GetProperty("Message").GetString());
        Assert.Equal(1801, json.RootElement.GetProperty("EventId").GetInt32());
    }
}
