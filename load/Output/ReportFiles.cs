using System.Text;

namespace Gateway.Load.Output;

/// <summary>Writes the files of a report into a folder.</summary>
internal static class ReportFiles
{
    public const string BaseName = "gateway-load";

    /// <returns>The paths.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static IReadOnlyList<string> Write(Report report, string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, BaseName);
        File.WriteAllBytes(path + ".json", JsonReport.Write(report, withSeries: false));
        File.WriteAllText(path + ".csv", CsvReport.Write(report.Runs));
        File.WriteAllText(path + ".html", HtmlReport.Write(report), Encoding.UTF8);
        return [path + ".json", path + ".csv", path + ".html"];
    }
}
