using System.Text;

namespace Gateway.Load.Output;

/// <summary>Writes the files of a report into a folder.</summary>
internal static class ReportFiles
{
    public const string BaseName = "gateway-load";

    /// <summary>Makes the folder and sees that files can be written there.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    public static void Prepare(string folder)
    {
        Directory.CreateDirectory(folder);
        string trial = Path.Combine(folder, Path.GetRandomFileName());
        using FileStream _ = new(trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
    }

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
