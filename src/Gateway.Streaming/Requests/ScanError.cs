namespace Gateway.Streaming.Requests;

/// <summary>Why a request body is refused.</summary>
/// <param name="Kind">What the wire code follows from.</param>
/// <param name="Message">An English sentence for the client; holds no byte of the body beyond one character.</param>
/// <param name="Field">The field at fault, as OpenAI's <c>param</c>; nested ones with a dot (<c>stream_options.include_usage</c>).</param>
/// <param name="Offset">Byte offset in the body as it was received.</param>
public readonly record struct ScanError(ScanErrorKind Kind, string Message, string? Field, int Offset)
{
    internal static ScanError InvalidJson(int offset, string problem) =>
        new(ScanErrorKind.InvalidJson, $"The request body is not valid JSON: {problem} at byte {offset}.", null, offset);

    internal static ScanError NotAnObject(int offset) =>
        new(ScanErrorKind.NotAnObject, $"The request body must be a JSON object; another value starts at byte {offset}.", null, offset);

    internal static ScanError TooManyFields(int offset) =>
        new(ScanErrorKind.TooManyFields, $"The request body has more than {RequestFields.MaxMembers} top-level fields.", null, offset);

    internal static ScanError DuplicateField(string field, int offset) =>
        new(ScanErrorKind.DuplicateField, $"Field '{field}' occurs more than once.", field, offset);

    internal static ScanError MissingModel() =>
        new(ScanErrorKind.MissingModel, "Field 'model' is missing.", "model", 0);

    internal static ScanError InvalidField(string field, string expected, int offset) =>
        new(ScanErrorKind.InvalidField, $"Field '{field}' must be {expected}.", field, offset);
}
