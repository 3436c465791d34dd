namespace Gateway.Configuration.Schema;

/// <summary>The shape of a configuration value.</summary>
internal enum SchemaKind
{
    /// <summary>A mapping with known keys.</summary>
    Section,

    /// <summary>A mapping whose keys are the user's names; every value is <see cref="SchemaNode.Item"/>.</summary>
    Map,

    /// <summary>A list of <see cref="SchemaNode.Item"/>.</summary>
    List,

    /// <summary>One <see cref="SchemaNode.Item"/> or a list of them.</summary>
    OneOrMany,

    Text,
    Secret,
    Url,
    File,
    Duration,

    /// <summary>A duration, a percentile (<c>p95</c>) or <c>off</c>.</summary>
    HedgeDelay,

    /// <summary>A percentage.</summary>
    Share,

    Size,
    Boolean,
    Integer,

    /// <summary>Above 0, with or without a fraction.</summary>
    Number,
    Choice,
}
