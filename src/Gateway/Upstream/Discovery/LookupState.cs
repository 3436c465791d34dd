namespace Gateway.Upstream.Discovery;

/// <summary>What the last lookup of a provider's addresses came to; a change of it is logged.</summary>
internal enum LookupState
{
    /// <summary>Addresses were found, or nobody has asked yet.</summary>
    Found,

    /// <summary>The name exists and has no address.</summary>
    Empty,

    /// <summary>No answer: the name does not exist, or its server did not say.</summary>
    Failed,
}
