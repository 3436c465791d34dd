namespace Gateway.Upstream.Http1;

/// <summary>Where one header field lies in the head's bytes; the value is without the blanks around it.</summary>
internal readonly record struct HeaderRange(int Name, int NameLength, int Value, int ValueLength);
