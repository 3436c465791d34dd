using Gateway.Failures;
using Gateway.Streaming.Requests;

namespace Gateway.Requests;

/// <summary>What the client is told of a body that cannot be used.</summary>
internal static class ScanFailure
{
    internal static Failure Of(in ScanError error) => new(CodeOf(error.Kind), error.Message) { Param = error.Field };

    private static FailureCode CodeOf(ScanErrorKind kind) => kind switch
    {
        ScanErrorKind.DuplicateField => FailureCode.DuplicateField,
        ScanErrorKind.MissingModel => FailureCode.MissingModel,
        ScanErrorKind.InvalidField => FailureCode.InvalidField,
        _ => FailureCode.InvalidJson,
    };
}
