using System.Text.Json;

namespace Gateway.Simulator.Requests;

/// <summary>Reads a body once: the fields a frontend acts on, the unknown ones, and the first rule that is broken.</summary>
internal static class RequestReader
{
    /// <summary>Returns null and the request when the body is acceptable, else why it is not.</summary>
    public static Rejection? Read(ReadOnlySpan<byte> body, SimulatedEndpoint endpoint, out GenerationRequest request)
    {
        request = new GenerationRequest { Endpoint = endpoint };
        var ranges = new RangeRules();
        List<string>? unknown = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FieldShapeException("invalid type, expected a map", reader.TokenStartIndex);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (StrictFields.Has(name))
                {
                    (request.Strict ??= []).Add(name);
                }

                if (!KnownFields.Accepts(endpoint, name))
                {
                    (unknown ??= []).Add(name);
                    reader.Skip();
                }
                else if (reader.TokenType != JsonTokenType.Null)
                {
                    ReadField(ref reader, name, request, ranges);
                }
            }

            reader.Read();
        }
        catch (JsonException e)
        {
            return new Rejection(400, $"Failed to parse the request body as JSON: {e.Message}");
        }
        catch (FieldShapeException e)
        {
            return Rejection.Shape(e.Message, e.Column);
        }

        return RequestRules.Check(request, unknown, ranges, body.Length);
    }

    private static void ReadField(ref Utf8JsonReader reader, string name, GenerationRequest request, RangeRules ranges)
    {
        switch (name)
        {
            case "model":
                request.Model = FieldValue.Text(ref reader, name);
                break;
            case "stream":
                request.Stream = FieldValue.Flag(ref reader, name);
                break;
            case "ignore_eos":
                request.IgnoreEos = FieldValue.Flag(ref reader, name);
                break;
            case "max_tokens" or "max_output_tokens":
                request.MaxTokens = FieldValue.Count(ref reader, name);
                break;
            case "max_completion_tokens":
                request.MaxCompletionTokens = FieldValue.Count(ref reader, name);
                break;
            case "min_tokens":
                request.MinTokens = FieldValue.Count(ref reader, name);
                break;
            case "n":
                request.N = FieldValue.Count(ref reader, name);
                break;
            case "dimensions":
                request.Dimensions = FieldValue.Count(ref reader, name);
                break;
            case "encoding_format":
                request.Base64 = FieldValue.Text(ref reader, name) == "base64";
                break;
            case "messages" or "prompt" or "input":
                ReadPrompt(ref reader, name, request);
                break;
            case "functions":
                request.UsesFunctions = true;
                reader.Skip();
                break;
            case "function_call":
                request.UsesFunctionCall = true;
                reader.Skip();
                break;
            case "stream_options" or "nvext" or "tools" or "tool_choice":
                NestedFields.Read(ref reader, name, request);
                break;
            default:
                ReadRange(ref reader, name, request, ranges);
                break;
        }
    }

    private static void ReadRange(ref Utf8JsonReader reader, string name, GenerationRequest request, RangeRules ranges)
    {
        if (RangeRules.Covers(name))
        {
            double value = FieldValue.Number(ref reader, name);
            request.Temperature = name == "temperature" ? value : request.Temperature;
            ranges.Add(name, value);
        }

        reader.Skip();
    }

    private static void ReadPrompt(ref Utf8JsonReader reader, string name, GenerationRequest request)
    {
        if ((request.Endpoint, name) is (SimulatedEndpoint.Responses, "prompt"))
        {
            reader.Skip();
            return;
        }

        if (name == "messages" && reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FieldShapeException("messages: invalid type, expected a sequence", reader.TokenStartIndex);
        }

        Utf8JsonReader ahead = reader;
        (request.Inputs, request.InputIsEmpty) = CountInputs(ref ahead);
        request.HasInput = true;
        (ulong hash, int bytes) = (request.PromptKey, request.PromptBytes);
        PromptHash.Add(ref reader, ref hash, ref bytes);
        (request.PromptKey, request.PromptBytes) = (hash, bytes);
    }

    /// <summary>Strings or token arrays in an array are one input each; a string or an array of numbers is one input.</summary>
    private static (int Inputs, bool Empty) CountInputs(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return (1, reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty);
        }

        int elements = 0;
        bool numbers = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            numbers |= reader.TokenType == JsonTokenType.Number;
            elements++;
            reader.Skip();
        }

        return (numbers ? 1 : Math.Max(1, elements), elements == 0);
    }
}
