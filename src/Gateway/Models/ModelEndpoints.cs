using System.Text.Json;
using Gateway.Routing;

namespace Gateway.Models;

/// <summary>The bodies of <c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>.</summary>
internal static class ModelEndpoints
{
    /// <summary>The router's models that the caller may use (null: all), each id once; under <c>/ai</c> with its provider in front.</summary>
    internal static void WriteList(Utf8JsonWriter json, Router router, bool namesProvider, Predicate<string>? mayUse)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach ((string id, string provider) in ModelCatalog.List(router))
        {
            if (mayUse is null || mayUse(id))
                WriteModel(json, namesProvider ? $"{provider}/{id}" : id, provider);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes one model; false when the router does not list it, or not for this caller.</summary>
    internal static bool TryWrite(Utf8JsonWriter json, Router router, string wanted, bool namesProvider, Predicate<string>? mayUse)
    {
        foreach ((string id, string provider) in ModelCatalog.List(router))
        {
            string name = namesProvider ? $"{provider}/{id}" : id;
            if (!string.Equals(name, wanted, StringComparison.Ordinal) && !string.Equals($"{provider}/{id}", wanted, StringComparison.Ordinal))
                continue;
            if (mayUse is not null && !mayUse(id))
                return false;
            WriteModel(json, name, provider);
            return true;
        }

        return false;
    }

    private static void WriteModel(Utf8JsonWriter json, string id, string provider)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, 0);
        json.WriteString("owned_by"u8, provider);
        json.WriteEndObject();
    }
}
