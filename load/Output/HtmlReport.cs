using System.Text;

namespace Gateway.Load.Output;

/// <summary>One file that needs no network: the page, its style, its scripts and the data inside it.</summary>
internal static class HtmlReport
{
    public static string Write(Report report) => Resource("report.html")
        .Replace("/*STYLE*/", Resource("report.css"), StringComparison.Ordinal)
        .Replace("/*CHARTS*/", Resource("charts.js"), StringComparison.Ordinal)
        .Replace("/*PAGE*/", Resource("report.js"), StringComparison.Ordinal)

        // Last, for its texts may hold anything; the writer escapes '<', so none of them can end the script.
        .Replace("/*DATA*/null", Encoding.UTF8.GetString(JsonReport.Write(report, withSeries: true)), StringComparison.Ordinal);

    private static string Resource(string name)
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
