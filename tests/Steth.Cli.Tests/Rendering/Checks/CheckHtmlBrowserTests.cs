using Microsoft.Playwright;
using Steth.Cli.Rendering.Checks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Tests.Rendering.Checks;

/// <summary>The page as a browser has it. STETH_SCREENSHOTS=FOLDER keeps pictures to look at.</summary>
public sealed class CheckHtmlBrowserTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task Page_Hostile_RunsAndFetchesNothing()
    {
        var asked = new List<string>();
        var page = await browser.OpenAsync(CheckHtmlTests.Html(Views.HostileView()), asked: asked);

        asked.ShouldBeEmpty();
        (await page.EvaluateAsync<int>("document.querySelectorAll('script, img, link, iframe').length")).ShouldBe(0);
        (await page.Locator(".headline").InnerTextAsync()).ShouldBe("<script>alert(1)</script>\uFFFD[31m&\"'\uFFFD\uFFFD \uFFFD\uFFFF\uFFFD]]>".Replace('\uFFFF', '\uFFFE'));
        (await page.Locator("svg .cell title").TextContentAsync())!.ShouldStartWith("<script>alert(1)</script>");
    }

    [Fact]
    public async Task Page_Report_HasItsPartsInOrder()
    {
        var page = await browser.OpenAsync(CheckHtmlTests.Html(Full()));

        (await page.TitleAsync()).ShouldBe("FAIL steth check sample");
        (await page.Locator("h1").InnerTextAsync()).ShouldBe("FAIL steth check sample");
        (await page.Locator("article h2").AllInnerTextsAsync()).ShouldBe(
            ["FAIL vlan-missing between a and b on eth1", "UNKNOWN not-heard between a and b on eth1"]);
        (await page.Locator("main > *").EvaluateAllAsync<string[]>("all => all.map(e => e.tagName)"))
            .ShouldBe(["HEADER", "ARTICLE", "ARTICLE", "SECTION", "FIGURE", "SECTION"]);
        await KeepAsync(page, "report");
    }

    [Fact]
    public async Task Page_InTheDark_IsDark()
    {
        var html = CheckHtmlTests.Html(Full());
        var (light, dark) = (await browser.OpenAsync(html), await browser.OpenAsync(html, ColorScheme.Dark));

        (await BackgroundAsync(light)).ShouldBe("rgb(255, 255, 255)");
        (await BackgroundAsync(dark)).ShouldBe("rgb(18, 22, 27)");
        await KeepAsync(dark, "report-dark");
        await dark.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        (await BackgroundAsync(dark)).ShouldBe("rgb(255, 255, 255)");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_Colours_CanBeRead(ColorScheme scheme)
    {
        var page = await browser.OpenAsync(CheckHtmlTests.Html(Full()), scheme);

        // WCAG 2.1, 1.4.3: a contrast of 4.5 for text.
        var contrasts = await page.EvaluateAsync<double[]>("""
            () => {
              const channels = colour => colour.match(/[\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
              const light = colour => { const [r, g, b] = channels(colour); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
              const page = light(getComputedStyle(document.body).backgroundColor);
              return [...document.querySelectorAll('h1, h2, p, li, td, .state, code, figcaption')].map(e => light(getComputedStyle(e).color))
                .map(l => (Math.max(l, page) + 0.05) / (Math.min(l, page) + 0.05));
            }
            """);
        contrasts.Length.ShouldBeGreaterThan(20);
        contrasts.Min().ShouldBeGreaterThanOrEqualTo(4.5);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1200)]
    public async Task Page_AnyWidth_IsNotWiderThanTheWindow(int width)
    {
        var page = await browser.OpenAsync(CheckHtmlTests.Html(Full() with { HeatMaps = [Square(60)] }), width: width);

        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width);
        await KeepAsync(page, $"wide-{width}");
    }

    [Fact]
    public async Task Page_Printed_IsPages()
    {
        var page = await browser.OpenAsync(CheckHtmlTests.Html(Full() with { HeatMaps = [Square(60)] }));

        var pdf = await page.PdfAsync(new PagePdfOptions { Format = "A4" });

        pdf.Take(5).ShouldBe("%PDF-"u8.ToArray());
        if (Environment.GetEnvironmentVariable("STETH_SCREENSHOTS") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, "report.pdf"), pdf, TestContext.Current.CancellationToken);
    }

    private static CheckView Full() => Views.Of(
        [Views.Finding("vlan-missing", evidence: 3), Views.Finding("not-heard", CheckState.Unknown)],
        new UnreachableHost("server-66", "No agent listens on 192.0.2.66:9698: is steth-agent running there?"));

    private static HeatMap Square(int nodes)
    {
        string[] names = [.. Enumerable.Range(1, nodes).Select(i => $"server-{i}")];
        return new HeatMap("loss on net, %", names,
        [
            .. from a in Enumerable.Range(0, nodes)
               from b in Enumerable.Range(0, nodes)
               where a != b
               let heat = b == 7 ? 1.0 : a == 3 ? 0.6 : (a * 7 + b * 3) % 11 / 40.0
               select new HeatCell(names[a], names[b], a == 12 ? null : heat, a == 12 ? CheckState.Unknown : b == 7 ? CheckState.Fail : CheckState.Pass,
                   a == 12 ? "not measured" : $"{heat * 100:0} %"),
        ]);
    }

    private static Task<string> BackgroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    private static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("STETH_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
