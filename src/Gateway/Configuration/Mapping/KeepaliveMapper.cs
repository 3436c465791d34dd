namespace Gateway.Configuration.Mapping;

internal static class KeepaliveMapper
{
    /// <summary>Keys that are not given fall back to <paramref name="inherited"/>.</summary>
    public static KeepaliveOptions Map(SectionReader keepalive, KeepaliveOptions inherited) => new()
    {
        Interval = keepalive.Duration("interval", inherited.Interval),
        Style = keepalive.Text("style") switch
        {
            "chunk" => KeepaliveStyle.Chunk,
            "comment" => KeepaliveStyle.Comment,
            _ => inherited.Style,
        },
        BeforeHeaders = keepalive.Boolean("before-headers", inherited.BeforeHeaders),
    };
}
