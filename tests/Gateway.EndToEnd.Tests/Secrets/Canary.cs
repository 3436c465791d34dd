using System.Text;

namespace Gateway.EndToEnd.Tests.Secrets;

/// <summary>A secret that nothing else looks like.</summary>
/// <param name="Name">Whose it is.</param>
internal sealed record Canary(string Name)
{
    /// <summary>What stays as it is in a URL too.</summary>
    private string Core { get; } = $"Kanarienvogel7{Name}9Q";

    /// <summary>The secret: nothing of it has a shape that a key is known by, and some of it is escaped in a URL.</summary>
    public string Value => $"{Core}+/z";

    /// <summary>Where a text holds it: as it is, escaped, or in Base64 at any place of a longer text; null: nowhere.</summary>
    public string? FoundIn(string text)
    {
        foreach (string form in Forms())
        {
            int at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
                return text[Math.Max(0, at - 100)..Math.Min(text.Length, at + form.Length + 100)];
        }

        return null;
    }

    private IEnumerable<string> Forms()
    {
        yield return Core;
        yield return Convert.ToHexString(Encoding.ASCII.GetBytes(Core));
        for (int shift = 0; shift < 3; shift++)
        {
            // The groups of three bytes that lie wholly in it, whatever stands before and behind.
            string encoded = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('-', shift) + Core));
            yield return encoded[(shift > 0 ? 4 : 0)..^4];
        }
    }
}
