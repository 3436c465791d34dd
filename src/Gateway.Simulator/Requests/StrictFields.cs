using System.Text;

namespace Gateway.Simulator.Requests;

/// <summary>Fields of OpenAI's API that some models behind NIM do not take, and the two ways in which they say so.</summary>
internal static class StrictFields
{
    public static bool Has(string name) => name is "stream_options" or "max_completion_tokens" or "n" or "frequency_penalty" or "presence_penalty" or "prompt_cache_key" or "thinking";

    public static string Refusal(int status, IReadOnlyList<string> names) => status == 422
        ? Validation(names)
        : $"{{\"title\":\"Bad Request\",\"status\":400,\"detail\":\"Unsupported parameter(s): {string.Join(", ", names.Select(static name => $"`{name}`"))}\"}}";

    private static string Validation(IReadOnlyList<string> names)
    {
        var text = new StringBuilder();
        foreach (string name in names)
        {
            text.Append(text.Length == 0 ? "" : ",").Append("{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"").Append(name).Append("\"],\"msg\":\"Extra inputs are not permitted\"}");
        }

        return $"{{\"detail\":[{text}]}}";
    }
}
