namespace Gateway.Streaming.Resume;

/// <summary>Why an answer cannot be resumed.</summary>
public enum ResumeObstacle
{
    /// <summary>It can.</summary>
    None,

    /// <summary>The endpoint's events have block indexes or sequence numbers that another attempt would not repeat.</summary>
    Endpoint,

    /// <summary>Content of a kind that is not compared was sent: log probabilities, audio, named events, fields nobody knows.</summary>
    UnknownContent,

    /// <summary>A chunk ended inside a character.</summary>
    HalfCharacter,

    /// <summary>More choices or tool calls than are recorded, a choice nobody asked for, an id or a chunk beyond its limit.</summary>
    TooMuch,
}
