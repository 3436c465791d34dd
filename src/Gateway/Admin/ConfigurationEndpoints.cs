using System.Text.Json;
using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Hosting.Reload;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary><c>GET /admin/config</c> and <c>POST /admin/reload</c>.</summary>
/// <param name="values">Those in use, secrets redacted.</param>
/// <param name="reload">Reloads; takes who asked.</param>
internal sealed class ConfigurationEndpoints(Func<IReadOnlyList<ConfigurationValue>> values, Func<string, Task<ReloadResult>> reload)
{
    /// <summary>Every value in use, where it came from; secrets as <c>***</c>.</summary>
    internal Task WriteAsync(HttpContext http) => AdminJson.WriteAsync(http, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("values"u8);
        foreach (ConfigurationValue value in values())
        {
            json.WriteStartObject();
            json.WriteString("path"u8, value.Path);
            json.WriteString("value"u8, value.Text);
            json.WriteString("source"u8, value.Source.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reloads and says what came of it; the client may leave, the reload goes on.</summary>
    internal async Task ReloadAsync(HttpContext http)
    {
        ReloadResult result = await reload("POST /admin/reload");
        switch (result.Outcome)
        {
            case ReloadOutcome.NoFile:
                Failure none = new(FailureCode.NothingToReload, "The gateway runs without a configuration file: there is nothing to reload.");
                await Responses.WriteFailureAsync(http, default, none, outcome: null);
                break;
            case ReloadOutcome.Failure:
                http.Response.StatusCode = FailureTable.Of(FailureCode.InvalidConfiguration).Status;
                await AdminJson.WriteAsync(http, json => WriteErrors(json, result.Errors));
                break;
            default:
                await AdminJson.WriteAsync(http, json => Write(json, result));
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, ReloadResult result)
    {
        json.WriteStartObject();
        json.WriteString("result"u8, result.Outcome == ReloadOutcome.Success ? "success"u8 : "unchanged"u8);
        WriteTexts(json, "changed", result.Changed);
        WriteTexts(json, "needs_restart", result.NeedsRestart);
        json.WriteEndObject();
    }

    /// <summary>The usual shape of an error, and every error of the configuration by itself.</summary>
    private static void WriteErrors(Utf8JsonWriter json, IReadOnlyList<ConfigurationError> errors)
    {
        FailureTable.Row row = FailureTable.Of(FailureCode.InvalidConfiguration);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, $"The configuration is not valid; the former one stays in use. {string.Join("; ", errors)}");
        json.WriteString("type"u8, row.Type);
        json.WriteNull("param"u8);
        json.WriteString("code"u8, row.Code);
        WriteTexts(json, "errors", [.. errors.Select(static error => error.ToString())]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
