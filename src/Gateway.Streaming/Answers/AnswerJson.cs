using System.Text.Json;

namespace Gateway.Streaming.Answers;

/// <summary>How upstreams' JSON is read.</summary>
public static class AnswerJson
{
    /// <summary>128 levels, as many as Dynamo takes (serde_json's bound); the reader's own are 64.</summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };
}
