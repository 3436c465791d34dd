using Microsoft.Playwright;

namespace Gateway.Load.Tests.Pages;

/// <summary>The HTML report in a real browser, from file://, without a network.</summary>
public sealed class ReportPageTests(ReportPages pages) : IClassFixture<ReportPages>
{
    private const int Desktop = 1280;
    private const int Phone = 390;

    /// <summary>Of every chart: its place, and whether a coordinate in it is no number.</summary>
    private const string MeasureCharts =
        "() => [...document.querySelectorAll('figure')].map(f => { const b = f.querySelector('svg').getBoundingClientRect(); return { "
        + "title: f.firstChild.textContent, width: b.width, height: b.height, right: b.right, shapes: f.querySelectorAll('polyline, circle').length, labels: f.querySelectorAll('text').length, broken: /NaN|Infinity|undefined/.test(f.outerHTML) }; })";

    /// <summary>How many pixels of an image are vivid: lines are, text, grid and paper are not.</summary>
    private const string CountVivid =
        "async png => { const image = new Image(); image.src = 'data:image/png;base64,' + png; await image.decode(); const canvas = new OffscreenCanvas(image.width, image.height); "
        + "const context = canvas.getContext('2d'); context.drawImage(image, 0, 0); const p = context.getImageData(0, 0, image.width, image.height).data; let vivid = 0; "
        + "for (let i = 0; i < p.length; i += 4) vivid += Math.max(p[i], p[i + 1], p[i + 2]) - Math.min(p[i], p[i + 1], p[i + 2]) > 90 ? 1 : 0; return vivid; }";

    [Theory]
    [InlineData("run", Desktop, ColorScheme.Light, 8)]
    [InlineData("run", Phone, ColorScheme.Dark, 8)]
    [InlineData("compare", Desktop, ColorScheme.Dark, 10)]
    [InlineData("compare", Phone, ColorScheme.Light, 10)]
    [InlineData("sweep", Desktop, ColorScheme.Light, 7)]
    [InlineData("sweep", Phone, ColorScheme.Light, 7)]
    public async Task Report_FromFile_DrawsItsChartsWithoutNetworkOrErrors(string kind, int width, ColorScheme scheme, int charts)
    {
        await using IBrowserContext context = await pages.Browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, Offline = true });
        IPage page = await context.NewPageAsync();
        List<string> requests = [];
        List<string> complaints = [];
        page.Request += (_, request) => requests.Add(request.Url);
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);

        await page.GotoAsync(pages.Url(kind));
        Chart[] drawn = await page.EvaluateAsync<Chart[]>(MeasureCharts);

        Assert.Empty(complaints);
        Assert.Equal([pages.Url(kind)], requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
        Assert.Equal(charts, drawn.Length);
        Assert.All(drawn, chart =>
        {
            Assert.False(chart.Broken, chart.Title);
            Assert.InRange(chart.Width, Math.Min(width * 0.7, 350), width);
            Assert.InRange(chart.Right, 0, width);
            Assert.True(chart.Height > 60 && chart.Shapes > 0, chart.Title);
            Assert.True(chart.Labels > 3, $"{chart.Title} has {chart.Labels} labels");
        });
        Assert.True(await page.EvaluateAsync<double>("document.documentElement.scrollWidth") <= width, "the page is wider than the window");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Report_EitherScheme_HasVisibleLinesAndReadableText(ColorScheme scheme)
    {
        await using IBrowserContext context = await pages.Browser.NewContextAsync(new() { ColorScheme = scheme });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(pages.Url("run"));

        double[] brightness = await page.EvaluateAsync<double[]>(
            "() => { const of = (node, what) => getComputedStyle(node)[what].match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 765; "
            + "return [of(document.body, 'backgroundColor'), of(document.body, 'color'), of(document.querySelector('figure'), 'backgroundColor')]; }");
        string chart = Convert.ToBase64String(await page.Locator("figure").First.ScreenshotAsync());
        IPage judge = await context.NewPageAsync();
        int vivid = await judge.EvaluateAsync<int>(CountVivid, chart);

        Assert.True(scheme == ColorScheme.Dark ? brightness[0] < 0.2 && brightness[2] < 0.25 : brightness[0] > 0.9 && brightness[2] > 0.9);
        Assert.True(Math.Abs(brightness[0] - brightness[1]) > 0.6, "text and paper are too alike");
        Assert.InRange(vivid, 300, 60_000);
    }

    /// <summary>A logarithmic axis has labels at 1, 2 and 5; a range between two of them would have none.</summary>
    [Theory]
    [InlineData(336, 337, 2)]
    [InlineData(20.1, 20.9, 2)]
    [InlineData(1, 1000, 3)]
    public async Task Ticks_OfALogarithmicAxis_AreAtLeastTwo(double low, double high, int least)
    {
        IPage page = await pages.Browser.NewPageAsync();
        await page.GotoAsync(pages.Url("run"));

        double[] ticks = await page.EvaluateAsync<double[]>("([low, high]) => ticks(low, high, true, 5)", new[] { low, high });

        Assert.InRange(ticks.Length, least, 12);
        Assert.All(ticks, tick => Assert.InRange(tick, low, high));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Report_PointerOverAChart_SaysTheValues()
    {
        IPage page = await pages.Browser.NewPageAsync();
        await page.GotoAsync(pages.Url("run"));

        await page.Locator("figure svg").First.HoverAsync();

        Assert.Contains("p99:", await page.Locator(".tip").First.InnerTextAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }
}
