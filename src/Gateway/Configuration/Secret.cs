namespace Gateway.Configuration;

/// <summary>A credential: prints <c>***</c> wherever it is formatted. Only the code that puts it on the wire calls <see cref="Reveal"/>.</summary>
internal sealed class Secret(string value)
{
    private readonly string _value = value;

    /// <summary>The credential itself, for the header that carries it.</summary>
    public string Reveal() => _value;

    public override string ToString() => "***";
}
