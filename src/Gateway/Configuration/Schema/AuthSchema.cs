using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class AuthSchema
{
    public static SchemaNode Node { get; } = Section("auth", "Who may use the gateway. Absent: whoever reaches `server.listen`.",
        new SchemaNode("keys", SchemaKind.List, "Client keys, sent as `Authorization: Bearer KEY`, `api-key` or `x-api-key`.") { Item = Key });

    private static SchemaNode Key => Section("", "One client key. Two entries may share an `id` while a key is being replaced: both are accepted.",
        Text("id", "Names the key in logs, limits and `x-tenant-id`: letters, digits, `-`, `_`.") with { IsRequired = true },
        Secret("key", "The key itself; blanks and a leading `Bearer ` are stripped. Exactly one of `key`, `key-sha256`, `key-file`."),
        Secret("key-sha256", "Its SHA-256 in hex, as `gateway hash-key` prints it: the file then holds nothing that lets anybody in."),
        File("key-file", "File that holds the key, and nothing else."),
        Boolean("enabled", "`false`: refused as if it did not exist.", "true"),
        Text("expires", "From then on it is refused: `2027-01-01` (the start of that day, UTC) or `2027-01-01T12:00:00Z`. Absent: never."),
        List("models", SchemaKind.Text, "Model ids it may use, with `*` for anything and `?` for one character; a provider in front of an id does not count. Absent: all.") with { Default = null },
        List("routers", SchemaKind.Text, "Routers it may use; `default` is `/v1`. Absent: all.") with { Default = null },
        LimitSchema.Node("What this key may use, over all its entries."));
}
