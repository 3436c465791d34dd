using System.Text.Json;

namespace Gateway.Simulator.Requests;

/// <summary>The fields of <c>stream_options</c>, <c>nvext</c>, <c>tools</c> and <c>tool_choice</c> that a frontend acts on.</summary>
internal static class NestedFields
{
    public static void Read(ref Utf8JsonReader reader, string name, GenerationRequest request)
    {
        switch (name, reader.TokenType)
        {
            case ("tool_choice", JsonTokenType.String):
                request.ToolForced = reader.ValueTextEquals("required"u8);
                break;
            case ("tool_choice", JsonTokenType.StartObject):
                // An Anthropic choice may be {"type":"auto"}; an OpenAI object always names a tool.
                request.ToolForced = request.Endpoint != SimulatedEndpoint.Messages;
                request.ToolName = FirstName(ref reader) ?? request.ToolName;
                break;
            case ("tools", JsonTokenType.StartArray):
                string? first = FirstName(ref reader);
                request.ToolName ??= first;
                break;
            case ("stream_options", JsonTokenType.StartObject):
                ReadStreamOptions(ref reader, request);
                break;
            case ("nvext", JsonTokenType.StartObject):
                ReadNvExt(ref reader, request);
                break;
            default:
                throw FieldValue.Wrong(ref reader, name, name == "tools" ? "a sequence" : "a map");
        }
    }

    private static void ReadStreamOptions(ref Utf8JsonReader reader, GenerationRequest request)
    {
        request.HasStreamOptions = true;
        bool hasIncludeUsage = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool includeUsage = reader.ValueTextEquals("include_usage"u8);
            bool continuous = reader.ValueTextEquals("continuous_usage_stats"u8);
            reader.Read();
            if (includeUsage)
            {
                request.IncludeUsage = FieldValue.Flag(ref reader, "stream_options.include_usage");
                hasIncludeUsage = true;
            }
            else if (continuous)
            {
                request.ContinuousUsage = FieldValue.Flag(ref reader, "stream_options.continuous_usage_stats");
            }

            reader.Skip();
        }

        // Only chat and completions share the type that needs it; the Responses API has stream options of its own.
        if (!hasIncludeUsage && request.Endpoint is (SimulatedEndpoint.Chat or SimulatedEndpoint.Completions))
        {
            throw new FieldShapeException("stream_options: missing field `include_usage`", reader.TokenStartIndex + 1);
        }
    }

    private static void ReadNvExt(ref Utf8JsonReader reader, GenerationRequest request)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!KnownFields.NvExtAccepts(name))
            {
                throw new FieldShapeException($"nvext: unknown field `{name}`", reader.TokenStartIndex);
            }

            reader.Read();
            if (name is "annotations" or "extra_fields" && reader.TokenType == JsonTokenType.StartArray)
            {
                ReadNames(ref reader, request);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadNames(ref Utf8JsonReader reader, GenerationRequest request)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            string name = FieldValue.Text(ref reader, "nvext");
            request.RequestIdAnnotation |= name == "request_id";
            request.WantsWorkerId |= name == "worker_id";
            request.WantsTiming |= name == "timing";
        }
    }

    /// <summary>The first tool's name: <c>[0].function.name</c>, or <c>[0].name</c> in the newer APIs; deeper names belong to its parameters.</summary>
    private static string? FirstName(ref Utf8JsonReader reader)
    {
        string? name = null;
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (name is null && reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth <= depth + 3
                && reader.ValueTextEquals("name"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                name = reader.GetString();
            }
        }

        return name;
    }
}
