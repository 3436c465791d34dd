namespace Gateway.Streaming.Requests;

/// <summary>Why a request body is refused; always with status 400.</summary>
public enum ScanErrorKind
{
    /// <summary>Not JSON as RFC 8259 has it, not UTF-8, or nested deeper than <see cref="RequestScanner.MaxDepth"/>.</summary>
    InvalidJson,

    /// <summary>JSON, but its root is no object.</summary>
    NotAnObject,

    /// <summary>More top-level members than <see cref="RequestFields.MaxMembers"/>.</summary>
    TooManyFields,

    /// <summary>A field that the gateway reads occurs twice, so that it and the upstream might take different ones.</summary>
    DuplicateField,

    /// <summary><c>model</c> is absent or null.</summary>
    MissingModel,

    /// <summary>A field that the gateway reads has the wrong type or an impossible value.</summary>
    InvalidField,
}
