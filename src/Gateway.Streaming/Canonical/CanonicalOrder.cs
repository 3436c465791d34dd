namespace Gateway.Streaming.Canonical;

/// <summary>Where in a request a value stands, and so whether the order of an object's members is part of its meaning.</summary>
internal enum CanonicalOrder
{
    /// <summary>Chat templates print tools, schemas and arguments as they are written: their order stays.</summary>
    Kept,

    /// <summary>The body itself.</summary>
    Root,

    /// <summary>An array of messages, or of input items.</summary>
    Messages,

    Message,

    /// <summary>A text, or an array of content parts.</summary>
    Parts,

    Part,

    /// <summary>Settings that every server reads by name, at any depth.</summary>
    Settings,
}
