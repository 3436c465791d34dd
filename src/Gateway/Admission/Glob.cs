namespace Gateway.Admission;

/// <summary>Patterns with <c>*</c> for any characters, none included, and <c>?</c> for exactly one. Case counts, since it does in model ids.</summary>
internal static class Glob
{
    /// <summary>Takes at most pattern × text steps, whatever the pattern: only the last <c>*</c> is ever tried again.</summary>
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }
}
