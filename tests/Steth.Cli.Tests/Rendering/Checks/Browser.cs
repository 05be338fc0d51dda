using Microsoft.Playwright;

namespace Steth.Cli.Tests.Rendering.Checks;

/// <summary>Debian's chromium without a window and without a network. Where it is missing the tests are skipped and say so.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync",
            ],
        });
    }

    /// <summary>Opens a page; <paramref name="asked"/> gets the addresses it asks for.</summary>
    public async Task<IPage> OpenAsync(string html, ColorScheme scheme = ColorScheme.Light, int width = 1200, List<string>? asked = null)
    {
        Assert.SkipUnless(_browser is not null, "needs chromium (Debian's package of that name)");
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            Offline = true,
        });
        page.Request += (_, request) => asked?.Add(request.Url);
        page.Dialog += (_, dialog) => asked?.Add($"dialog {dialog.Message}");
        await page.SetContentAsync(html);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
