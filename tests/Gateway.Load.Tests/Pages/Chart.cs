namespace Gateway.Load.Tests.Pages;

/// <summary>A chart as the browser drew it.</summary>
public sealed class Chart
{
    public string Title { get; set; } = "";

    public double Width { get; set; }

    public double Height { get; set; }

    /// <summary>Its right edge in the window.</summary>
    public double Right { get; set; }

    public int Shapes { get; set; }

    /// <summary>Of its axes.</summary>
    public int Labels { get; set; }

    public bool Broken { get; set; }
}
