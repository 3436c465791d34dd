namespace Gateway.Configuration.Mapping;

internal static class MidStreamMapper
{
    /// <param name="section">The one that holds <c>mid-stream</c>.</param>
    /// <param name="inherited">Taken when the key is absent.</param>
    public static MidStreamMode Map(SectionReader section, MidStreamMode inherited) => section.Text("mid-stream") switch
    {
        "error" => MidStreamMode.Error,
        "resume" => MidStreamMode.Resume,
        _ => inherited,
    };
}
