using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Gateway.Failures;
using Gateway.Telemetry;
using TestKit.Processes;

namespace Gateway.Tests.Architecture;

/// <summary>What the documents promise to list, they list.</summary>
public partial class DocumentationTests
{
    [Fact]
    public void ErrorCodes_All_AreInInterfaceAndOperations()
    {
        string listed = Read("docs/interface.md");
        string advice = Read("docs/operations.md");

        foreach (string code in Enum.GetValues<FailureCode>().Select(code => FailureTable.Of(code).Code))
        {
            Assert.Contains($"`{code}`", listed, StringComparison.Ordinal);
            Assert.Contains($"`{code}`", advice, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Metrics_All_AreInInterface()
    {
        List<PrometheusName> names = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == nameof(DocumentationTests))
                    names.Add(PrometheusName.Of(instrument.Name, instrument.Unit, instrument.GetType().Name.Contains("Counter", StringComparison.Ordinal) ? "counter" : "gauge"));
            },
        };
        listener.Start();
        using GatewayMetrics metrics = new(nameof(DocumentationTests));
        string documented = Read("docs/interface.md");

        Assert.NotEmpty(names);
        foreach (PrometheusName name in names)
            Assert.Contains($"`{name.Sample}`", documented, StringComparison.Ordinal);
    }

    [Fact]
    public void AccessLog_Members_AreInOperations()
    {
        string section = Read("docs/operations.md").Split("### Access log")[1].Split("\n## ")[0];
        MatchCollection members = AccessLogMember().Matches(Read("src/Gateway/Telemetry/AccessLogLine.cs"));

        Assert.NotEmpty(members);
        Assert.All(members, member => Assert.Contains($"`{member.Groups["name"].Value}`", section, StringComparison.Ordinal));
    }

    [Fact]
    public void Packages_All_AreInDecisions()
    {
        string decisions = Read("docs/decisions.md");

        foreach (XElement package in XDocument.Parse(Read("Directory.Packages.props")).Descendants("PackageVersion"))
            Assert.Contains(package.Attribute("Include")!.Value, decisions, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_ToFilesAndSections_Resolve()
    {
        string[] documents = [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"), .. Directory.GetFiles(Repository.Root, "*.md")];

        foreach (string document in documents)
        {
            foreach (Match link in LocalLink().Matches(File.ReadAllText(document)))
            {
                string path = link.Groups["path"].Value;
                string target = path.Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, path);
                Assert.True(Path.Exists(target), $"{document}: {link.Value}");
                string section = link.Groups["section"].Value;
                Assert.True(section.Length == 0 || Sections(target).Contains(section), $"{document}: {link.Value}");
            }
        }
    }

    /// <summary>Comments in the sources name sections of the README and the operations page.</summary>
    [Theory]
    [InlineData("README.md", "README, \"")]
    [InlineData("docs/operations.md", "docs/operations.md, \"")]
    public void SectionsNamedInSources_Exist(string document, string mark)
    {
        IReadOnlySet<string> sections = Sections(Path.Combine(Repository.Root, document));
        List<string> named = [];
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories))
            named.AddRange(File.ReadAllText(file).Split(mark)[1..].Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)]));

        Assert.NotEmpty(named);
        Assert.All(named, section => Assert.Contains(Anchor(section), sections));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    private static HashSet<string> Sections(string document) =>
        [.. File.ReadLines(document).Where(line => line.StartsWith('#')).Select(line => Anchor(line.TrimStart('#').Trim()))];

    /// <summary>GitHub's anchor of a heading.</summary>
    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex("\"(?<name>[a-z_]+)\"u8", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AccessLogMember();

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#]*)(#(?<section>[^)]*))?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LocalLink();
}
