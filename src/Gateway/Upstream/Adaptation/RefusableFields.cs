using System.Text;
using Gateway.Configuration;
using Gateway.Streaming.Requests;

namespace Gateway.Upstream.Adaptation;

/// <summary>The list of what may be left out (docs/operations.md, "Strict upstreams"), and how.</summary>
internal static class RefusableFields
{
    private const RefusedFields TokenLimit = RefusedFields.MaxTokens | RefusedFields.MaxCompletionTokens;

    internal static readonly RefusableField[] All =
    [
        new(RefusedFields.StreamOptions, "stream_options"),
        new(RefusedFields.MaxCompletionTokens, "max_completion_tokens"),
        new(RefusedFields.MaxTokens, "max_tokens"),
        new(RefusedFields.N, "n"),
        new(RefusedFields.FrequencyPenalty, "frequency_penalty"),
        new(RefusedFields.PresencePenalty, "presence_penalty"),
        new(RefusedFields.RepetitionPenalty, "repetition_penalty"),
        new(RefusedFields.PromptCacheKey, "prompt_cache_key"),
        new(RefusedFields.PromptCacheRetention, "prompt_cache_retention"),
        new(RefusedFields.Thinking, "thinking"),
        new(RefusedFields.ReasoningEffort, "reasoning_effort"),
        new(RefusedFields.Verbosity, "verbosity"),
        new(RefusedFields.User, "user"),
        new(RefusedFields.SafetyIdentifier, "safety_identifier"),
        new(RefusedFields.Metadata, "metadata"),
        new(RefusedFields.ServiceTier, "service_tier"),
        new(RefusedFields.Store, "store"),
    ];

    internal static RefusedFields Find(ReadOnlySpan<char> name)
    {
        foreach (RefusableField field in All)
        {
            if (name.SequenceEqual(field.Name))
                return field.Flag;
        }

        return RefusedFields.None;
    }

    /// <summary>Those in the client's body that this request can do without.</summary>
    internal static RefusedFields In(UpstreamCall call, UpstreamRequestOptions options)
    {
        RefusedFields found = call.IsStream && call.Endpoint is Endpoint.ChatCompletions or Endpoint.Completions ? RefusedFields.StreamOptions : RefusedFields.None;
        foreach (RefusableField field in All)
        {
            if (Has(call, field.Utf8) && CanLeaveOut(field.Flag, call, options) && !options.DropFields.Contains(field.Name))
                found |= field.Flag;
        }

        return found;
    }

    /// <summary>Takes them out of a request, or gives the token limit its other name. Those that cannot be missed stay.</summary>
    internal static void LeaveOut(RefusedFields refused, UpstreamCall call, UpstreamRequestOptions options, in RequestRewriter rewriter)
    {
        foreach (RefusableField field in All)
        {
            if (!refused.HasFlag(field.Flag) || !CanLeaveOut(field.Flag, call, options))
                continue;
            if (TokenLimit.HasFlag(field.Flag))
                rewriter.RenameMaxTokens(field.Flag == RefusedFields.MaxTokens ? RequestField.MaxCompletionTokens : RequestField.MaxTokens);
            else
                rewriter.DropField(field.Utf8);
        }
    }

    /// <summary>Where one name of the token limit was refused, the other is the last word.</summary>
    internal static RefusedFields WithoutOther(RefusedFields found, RefusedFields before) =>
        (before & TokenLimit) != RefusedFields.None ? found & ~TokenLimit : found;

    private static bool CanLeaveOut(RefusedFields field, UpstreamCall call, UpstreamRequestOptions options) => field switch
    {
        RefusedFields.N => call.Fields.N == 1,
        RefusedFields.Store => !call.Fields.Store,
        RefusedFields.MaxTokens => options.MaxTokensField == MaxTokensField.Keep && call.Endpoint == Endpoint.ChatCompletions,
        RefusedFields.MaxCompletionTokens => options.MaxTokensField == MaxTokensField.Keep && call.Endpoint is Endpoint.ChatCompletions or Endpoint.Completions,
        _ => true,
    };

    private static bool Has(UpstreamCall call, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly BodyMember member in call.Fields.Members)
        {
            if (member.IsNamed(call.Body.Span, name))
                return true;
        }

        return false;
    }

    /// <summary>One entry of the list.</summary>
    internal sealed class RefusableField(RefusedFields flag, string name)
    {
        internal RefusedFields Flag { get; } = flag;

        internal string Name { get; } = name;

        internal byte[] Utf8 { get; } = Encoding.ASCII.GetBytes(name);

        /// <summary>The name is also a plain word: it names the field only where it is set off from the text.</summary>
        internal bool IsWord { get; } = !name.Contains('_', StringComparison.Ordinal);
    }
}
