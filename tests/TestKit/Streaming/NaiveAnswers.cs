using System.Text.Json.Nodes;

namespace TestKit.Streaming;

/// <summary>What a client makes of a stream: documents, lists and strings, as the SDKs do it.</summary>
public static class NaiveAnswers
{
    /// <summary>The data of events that have any, one line each; not that of the end.</summary>
    public static IReadOnlyList<JsonObject> EventsOf(string stream) =>
    [
        .. stream.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Split('\n').Last())
            .Where(line => line.StartsWith("data: ", StringComparison.Ordinal) && line != "data: [DONE]").Select(line => JsonNode.Parse(line["data: ".Length..])!.AsObject()),
    ];

    public static JsonObject Chat(string stream) => Chat(EventsOf(stream));

    public static JsonObject Chat(IEnumerable<JsonObject> chunks)
    {
        JsonObject answer = [];
        SortedDictionary<int, JsonObject> choices = [];
        foreach (JsonObject chunk in chunks)
        {
            foreach ((string name, JsonNode? value) in chunk.ToArray())
            {
                if (name != "choices")
                    answer[name] = value?.DeepClone() ?? answer[name]?.DeepClone();
            }

            foreach (JsonObject choice in chunk["choices"]!.AsArray().OfType<JsonObject>())
            {
                int index = choice["index"]!.GetValue<int>();
                choices.TryAdd(index, []);
                Accumulate(choices[index], choice);
            }
        }

        foreach (JsonObject choice in choices.Values.Where(choice => choice.ContainsKey("delta")))
        {
            choice["message"] = choice["delta"]!.DeepClone();
            choice.Remove("delta");
            foreach (JsonNode? call in choice["message"]!["tool_calls"]?.AsArray() ?? [])
                call!.AsObject().Remove("index");
        }

        answer["choices"] = new JsonArray([.. choices.Values]);
        answer["object"] = answer["object"]!.GetValue<string>().Replace(".chunk", "", StringComparison.Ordinal);
        return answer;
    }

    public static JsonObject Message(string stream)
    {
        JsonObject message = [];
        Dictionary<JsonObject, string> inputs = [];
        foreach (JsonObject next in EventsOf(stream))
        {
            JsonArray? content = message["content"]?.AsArray();
            switch (next["type"]!.GetValue<string>())
            {
                case "message_start":
                    message = next["message"]!.DeepClone().AsObject();
                    break;
                case "content_block_start":
                    content!.Add(next["content_block"]!.DeepClone());
                    break;
                case "content_block_delta":
                    JsonObject block = content![next["index"]!.GetValue<int>()]!.AsObject();
                    JsonObject delta = next["delta"]!.DeepClone().AsObject();
                    delta.Remove("type");
                    if (delta["partial_json"] is { } piece)
                        inputs[block] = inputs.GetValueOrDefault(block, "") + piece.GetValue<string>();
                    else if (delta["citation"] is { } citation)
                        block["citations"]!.AsArray().Add(citation.DeepClone());
                    else
                        Accumulate(block, delta);
                    break;
                case "message_delta":
                    message["stop_reason"] = next["delta"]!["stop_reason"]?.DeepClone();
                    message["stop_sequence"] = next["delta"]!["stop_sequence"]?.DeepClone();
                    message["usage"] = next["usage"]?.DeepClone();
                    break;
            }
        }

        foreach ((JsonObject block, string input) in inputs)
            block["input"] = JsonNode.Parse(input);
        return message;
    }

    /// <summary>The response as its deltas tell it, next to the one at its end.</summary>
    public static (JsonArray Streamed, JsonArray Final) Response(string stream) => Response(EventsOf(stream));

    public static (JsonArray Streamed, JsonArray Final) Response(IReadOnlyList<JsonObject> events)
    {
        JsonArray output = [];
        foreach (JsonObject next in events)
        {
            string type = next["type"]!.GetValue<string>();
            JsonObject? item = next["output_index"] is { } index && index.GetValue<int>() < output.Count ? output[index.GetValue<int>()]!.AsObject() : null;
            if (type == "response.output_item.added")
                output.Add(next["item"]!.DeepClone());
            else if (type == "response.output_item.done")
                item!["status"] = next["item"]!["status"]?.DeepClone();
            else if (type == "response.content_part.added")
                item!["content"]!.AsArray().Add(next["part"]!.DeepClone());
            else if (type == "response.reasoning_summary_part.added")
                item!["summary"]!.AsArray().Add(next["part"]!.DeepClone());
            else if (type == "response.output_text.annotation.added")
                PartOf(item!, next)["annotations"]!.AsArray().Add(next["annotation"]!.DeepClone());
            else if (type is "response.function_call_arguments.delta")
                Accumulate(item!, new() { ["arguments"] = next["delta"]!.DeepClone() });
            else if (type is "response.refusal.delta")
                Accumulate(PartOf(item!, next), new() { ["refusal"] = next["delta"]!.DeepClone() });
            else if (type.EndsWith("text.delta", StringComparison.Ordinal))
                AccumulateText(PartOf(item!, next), next);
        }

        return (output, events[^1]["response"]!["output"]!.AsArray());
    }

    private static JsonObject PartOf(JsonObject item, JsonObject next) =>
        (next["summary_index"] is { } summary ? item["summary"]![summary.GetValue<int>()] : item["content"]![next["content_index"]!.GetValue<int>()])!.AsObject();

    private static void AccumulateText(JsonObject part, JsonObject next)
    {
        Accumulate(part, new() { ["text"] = next["delta"]!.DeepClone() });
        if (part.ContainsKey("logprobs"))
            Accumulate(part, new() { ["logprobs"] = next["logprobs"]!.DeepClone() });
    }

    /// <summary>As the Python SDK does it, but for what is no text.</summary>
    private static void Accumulate(JsonObject whole, JsonObject delta)
    {
        foreach ((string name, JsonNode? value) in delta)
        {
            JsonNode? before = whole[name];
            if (value is null)
                whole.TryAdd(name, null);
            else if (before is null || name is "index" or "id" or "type" or "finish_reason" or "role")
                whole[name] = value.DeepClone();
            else if (before is JsonObject inner)
                Accumulate(inner, value.AsObject());
            else if (before is JsonArray list && name != "tool_calls")
                value.AsArray().ToList().ForEach(element => list.Add(element?.DeepClone()));
            else if (before is JsonArray calls)
                AccumulateCalls(calls, value.AsArray());
            else
                whole[name] = value.GetValueKind() == System.Text.Json.JsonValueKind.String ? before.GetValue<string>() + value.GetValue<string>() : value.DeepClone();
        }
    }

    private static void AccumulateCalls(JsonArray calls, JsonArray deltas)
    {
        foreach (JsonObject delta in deltas.OfType<JsonObject>())
        {
            if (calls.FirstOrDefault(call => call!["index"]!.GetValue<int>() == delta["index"]!.GetValue<int>()) is { } known)
                Accumulate(known.AsObject(), delta);
            else
                calls.Add(delta.DeepClone());
        }
    }
}
