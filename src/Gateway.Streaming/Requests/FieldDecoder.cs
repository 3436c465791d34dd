using System.Text.Json;

namespace Gateway.Streaming.Requests;

/// <summary>Decodes and checks the value of a field that the gateway reads. The reader stands on the value's first token, which is not null.</summary>
internal static class FieldDecoder
{
    /// <summary>Bytes of a model name as it is written.</summary>
    internal const int MaxModelBytes = 1024;

    /// <summary>Leaves the reader inside or at the end of the value; an error does not stop the scan.</summary>
    /// <param name="reader">Stands on the value's first token.</param>
    /// <param name="origin">Where in the body the reader started.</param>
    /// <param name="field">The field it is.</param>
    /// <param name="fields">Takes the decoded value.</param>
    internal static ScanError? Decode(ref Utf8JsonReader reader, int origin, RequestField field, RequestFields fields)
    {
        switch (field)
        {
            case RequestField.Model:
                return DecodeModel(ref reader, origin, fields);
            case RequestField.Stream:
                fields.Stream = reader.TokenType == JsonTokenType.True;
                return ExpectFlag(ref reader, origin, field);
            case RequestField.Store:
                fields.Store = reader.TokenType == JsonTokenType.True;
                return ExpectFlag(ref reader, origin, field);
            case RequestField.StreamOptions:
                return DecodeStreamOptions(ref reader, origin, fields);
            case RequestField.N:
                fields.N = (int)(TryGetInteger(ref reader, 1, int.MaxValue) ?? 0);
                return fields.N > 0 ? null : Invalid(ref reader, origin, field, "an integer of at least 1");
            case RequestField.MaxTokens:
                return ExpectLimit(fields.MaxTokens = TryGetInteger(ref reader, 0, long.MaxValue), ref reader, origin, field);
            case RequestField.MaxCompletionTokens:
                return ExpectLimit(fields.MaxCompletionTokens = TryGetInteger(ref reader, 0, long.MaxValue), ref reader, origin, field);
            case RequestField.MaxOutputTokens:
                return ExpectLimit(fields.MaxOutputTokens = TryGetInteger(ref reader, 0, long.MaxValue), ref reader, origin, field);
            case RequestField.Prompt:
                return CountPrompts(ref reader, origin, fields);
            default:
                // user and prompt_cache_key among them: only affinity reads them, so one of another type is no key, and the upstream's to judge.
                return null;
        }
    }

    private static ScanError? DecodeModel(ref Utf8JsonReader reader, int origin, RequestFields fields)
    {
        if (!IsText(ref reader) || reader.ValueSpan.Length is 0 or > MaxModelBytes)
            return Invalid(ref reader, origin, RequestField.Model, $"a non-empty string of at most {MaxModelBytes} bytes");
        if (!reader.ValueIsEscaped)
        {
            fields.Model = ModelNames.Get(reader.ValueSpan);
            return null;
        }
        Span<byte> name = stackalloc byte[MaxModelBytes];
        fields.Model = ModelNames.Get(name[..reader.CopyString(name)]);
        return null;
    }

    /// <summary>Reads to the end of the object, and notes where <c>include_usage</c> is.</summary>
    private static ScanError? DecodeStreamOptions(ref Utf8JsonReader reader, int origin, RequestFields fields)
    {
        const string Flag = "stream_options.include_usage";
        if (reader.TokenType != JsonTokenType.StartObject)
            return Invalid(ref reader, origin, RequestField.StreamOptions, "an object");
        ScanError? error = null;
        fields.HasEmptyStreamOptions = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            fields.HasEmptyStreamOptions = false;
            bool isFlag = reader.ValueIsEscaped ? EscapedText.Equals(reader.ValueSpan, "include_usage"u8) : reader.ValueSpan.SequenceEqual("include_usage"u8);
            reader.Read();
            if (isFlag)
            {
                int start = origin + (int)reader.TokenStartIndex;
                if (fields.IncludeUsageLength > 0)
                    error ??= ScanError.DuplicateField(Flag, start);
                else if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
                    error ??= ScanError.InvalidField(Flag, "a boolean", start);
                fields.IncludeUsage = reader.TokenType == JsonTokenType.Null ? null : reader.TokenType == JsonTokenType.True;
                fields.IncludeUsageStart = start;
                fields.IncludeUsageLength = Math.Max(1, reader.ValueSpan.Length);
            }
            reader.Skip();
        }
        return error;
    }

    /// <summary>A prompt is a string or an array of token numbers; an array of either holds several.</summary>
    private static ScanError? CountPrompts(ref Utf8JsonReader reader, int origin, RequestFields fields)
    {
        if (reader.TokenType == JsonTokenType.String)
            return null;
        if (reader.TokenType != JsonTokenType.StartArray)
            return Invalid(ref reader, origin, RequestField.Prompt, "a string or an array");
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            count += reader.TokenType == JsonTokenType.Number ? 0 : 1;
            reader.Skip();
        }
        fields.PromptCount = Math.Max(1, count);
        return null;
    }

    /// <summary>An integer however it is written (16, 16.0, 1.6e1), as the upstreams take it.</summary>
    private static long? TryGetInteger(ref Utf8JsonReader reader, long minimum, long maximum)
    {
        const double ExactIntegers = 1L << 53;
        if (reader.TokenType != JsonTokenType.Number)
            return null;
        if (!reader.TryGetInt64(out long value))
        {
            if (!reader.TryGetDouble(out double number) || Math.Abs(number) > ExactIntegers || number != Math.Truncate(number))
                return null;
            value = (long)number;
        }
        return value >= minimum && value <= maximum ? value : null;
    }

    private static bool IsText(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && (!reader.ValueIsEscaped || EscapedText.IsWellFormed(reader.ValueSpan));

    private static ScanError? ExpectFlag(ref Utf8JsonReader reader, int origin, RequestField field) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? null : Invalid(ref reader, origin, field, "a boolean");

    private static ScanError? ExpectLimit(long? value, ref Utf8JsonReader reader, int origin, RequestField field) =>
        value is null ? Invalid(ref reader, origin, field, "an integer of at least 0") : null;

    private static ScanError Invalid(ref Utf8JsonReader reader, int origin, RequestField field, string expected) =>
        ScanError.InvalidField(RequestFieldNames.Text(field), expected, origin + (int)reader.TokenStartIndex);
}
