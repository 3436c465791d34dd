using System.Text;

namespace Gateway.Load.Requests;

/// <summary>Prompts of common English words, one token each in the vocabularies in use; the first word differs, so that no two prompts share a prefix by chance.</summary>
internal static class PromptText
{
    private static readonly string[] Words =
    [
        "time", "year", "people", "way", "day", "man", "thing", "woman", "life", "child", "world", "school", "state", "family", "student", "group", "country",
        "problem", "hand", "part", "place", "case", "week", "company", "system", "program", "question", "work", "number", "night", "point", "home", "water",
        "room", "mother", "area", "money", "story", "fact", "month", "lot", "right", "study", "book", "eye", "job", "word", "business", "issue", "side",
    ];

    /// <param name="tokens">How long.</param>
    /// <param name="random">Seeded.</param>
    public static string Make(int tokens, Random random)
    {
        StringBuilder text = new(tokens * 7);
        text.Append(random.Next(100_000, 1_000_000));
        for (int i = 1; i < tokens; i++)
            text.Append(' ').Append(Words[random.Next(Words.Length)]);
        return text.ToString();
    }
}
