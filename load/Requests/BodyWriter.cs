using System.Buffers;
using System.Text.Json;

namespace Gateway.Load.Requests;

/// <summary>Writes request bodies.</summary>
internal sealed class BodyWriter(RequestShape shape)
{
    public byte[] Write(Dialogue dialogue, string model, int? outputTokens)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            WriteQuestion(json, dialogue);
            if (shape.Api != LoadApi.Embeddings)
                WriteGeneration(json, outputTokens);
            foreach (KeyValuePair<string, string> extra in shape.ExtraFields)
            {
                json.WritePropertyName(extra.Key);
                json.WriteRawValue(extra.Value);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WriteQuestion(Utf8JsonWriter json, Dialogue dialogue)
    {
        if (shape.Api != LoadApi.Chat)
        {
            json.WriteString(shape.Api == LoadApi.Embeddings ? "input"u8 : "prompt"u8, dialogue.Text);
            return;
        }

        json.WriteStartArray("messages"u8);
        if (dialogue.DatasetMessages is { } given)
        {
            foreach (JsonElement message in given.EnumerateArray())
                message.WriteTo(json);
        }

        foreach (ChatMessage message in dialogue.Messages)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, message.Role);
            json.WriteString("content"u8, message.Content);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteGeneration(Utf8JsonWriter json, int? outputTokens)
    {
        if (outputTokens is { } limit)
        {
            json.WriteNumber("max_tokens"u8, limit);
            if (shape.IgnoreEos)
                json.WriteBoolean("ignore_eos"u8, true);
        }

        if (!shape.Stream)
            return;
        json.WriteBoolean("stream"u8, true);
        if (shape.AskForUsage)
        {
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
        }
    }
}
