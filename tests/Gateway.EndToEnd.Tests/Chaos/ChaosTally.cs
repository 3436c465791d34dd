using System.Collections.Concurrent;
using System.Text;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>How the clients' requests ended.</summary>
internal sealed class ChaosTally
{
    private const int MaxProblems = 30;

    private readonly ConcurrentDictionary<string, int> _ends = new();
    private readonly ConcurrentQueue<string> _problems = new();

    public int Requests => _ends.Values.Sum();

    public int Complete => Count("complete");

    /// <summary>The first answers that were not as they must be, with their request ids.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    public int Count(string end) => _ends.GetValueOrDefault(end);

    /// <summary>Whole and right, a clear error by its code, or given up by the client itself.</summary>
    public void Add(string end) => _ends.AddOrUpdate(end, 1, static (_, count) => count + 1);

    /// <summary>Hung, cut or wrong.</summary>
    public void AddProblem(string end, string requestId, string detail)
    {
        Add(end);
        if (_problems.Count < MaxProblems)
            _problems.Enqueue($"{end} {requestId}: {detail}");
    }

    /// <summary>Rows of a Markdown table, the most frequent first.</summary>
    public void AppendTo(StringBuilder table)
    {
        table.AppendLine($"| requests | {Requests} |");
        foreach ((string end, int count) in _ends.OrderByDescending(pair => pair.Value))
            table.AppendLine($"| {end} | {count} |");
        foreach (string end in (string[])["hung", "cut", "wrong"])
        {
            if (Count(end) == 0)
                table.AppendLine($"| {end} | 0 |");
        }
    }
}
