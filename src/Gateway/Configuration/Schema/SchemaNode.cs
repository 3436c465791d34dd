namespace Gateway.Configuration.Schema;

/// <summary>One key of the configuration: drives checking, "did you mean", overrides, the JSON Schema and the documentation.</summary>
internal sealed record SchemaNode(string Key, SchemaKind Kind, string Description)
{
    /// <summary>As a user would write it; null: unset.</summary>
    public string? Default { get; init; }

    /// <summary>The values of a <see cref="SchemaKind.Choice"/>.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Values and keys that later versions know: refused by name, never silently ignored.</summary>
    public IReadOnlyList<string> Later { get; init; } = [];

    public IReadOnlyList<SchemaNode> Children { get; init; } = [];

    public SchemaNode? Item { get; init; }

    /// <summary>A section that may be written instead of the single value; null: none may.</summary>
    public SchemaNode? LongForm { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>Sibling key that says the same thing another way: only one of the two may be given, and an override of one replaces the other.</summary>
    public string? InsteadOf { get; init; }

    /// <summary>Whether a duration may be <c>0</c> or <c>off</c>.</summary>
    public bool CanBeOff { get; init; }

    /// <summary>Bounds of an integer, or of a size in bytes; a <see cref="SchemaKind.Number"/> has only the upper one.</summary>
    public long Minimum { get; init; } = 1;

    public long Maximum { get; init; } = long.MaxValue;

    public bool IsContainer => Kind is SchemaKind.Section or SchemaKind.Map;

    public bool IsList => Kind is SchemaKind.List or SchemaKind.OneOrMany;

    public SchemaNode? Find(string key) => Children.FirstOrDefault(child => child.Key == key);

    public static SchemaNode Section(string key, string description, params IReadOnlyList<SchemaNode> children) =>
        new(key, SchemaKind.Section, description) { Children = children };

    public static SchemaNode Map(string key, string description, SchemaNode item) => new(key, SchemaKind.Map, description) { Item = item };

    public static SchemaNode List(string key, SchemaKind item, string description) =>
        new(key, SchemaKind.List, description) { Item = new SchemaNode("", item, ""), Default = "[]" };

    public static SchemaNode OneOrMany(string key, SchemaKind item, string description) =>
        new(key, SchemaKind.OneOrMany, description) { Item = new SchemaNode("", item, "") };

    public static SchemaNode Choice(string key, string description, string? byDefault, params IReadOnlyList<string> allowed) =>
        new(key, SchemaKind.Choice, description) { Allowed = allowed, Default = byDefault };

    public static SchemaNode Text(string key, string description, string? byDefault = null) => new(key, SchemaKind.Text, description) { Default = byDefault };

    public static SchemaNode Secret(string key, string description) => new(key, SchemaKind.Secret, description);

    public static SchemaNode Url(string key, string description, string? byDefault = null) => new(key, SchemaKind.Url, description) { Default = byDefault };

    public static SchemaNode File(string key, string description) => new(key, SchemaKind.File, description);

    public static SchemaNode Boolean(string key, string description, string byDefault) => new(key, SchemaKind.Boolean, description) { Default = byDefault };

    public static SchemaNode Share(string key, string description, string byDefault) => new(key, SchemaKind.Share, description) { Default = byDefault };

    public static SchemaNode Duration(string key, string description, string byDefault) => new(key, SchemaKind.Duration, description) { Default = byDefault };
}
