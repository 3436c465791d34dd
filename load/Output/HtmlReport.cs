using System.Text;

namespace Gateway.Load.Output;

/// <summary>One file that needs no network: the page, its script and the data inside it.</summary>
internal static class HtmlReport
{
    private const string Place = "/*DATA*/null";

    public static string Write(Report report)
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.html")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        string page = reader.ReadToEnd();

        // The writer escapes '<', so no text of the data can end the script.
        return page.Replace(Place, Encoding.UTF8.GetString(JsonReport.Write(report, withSeries: true)), StringComparison.Ordinal);
    }
}
