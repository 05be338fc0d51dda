namespace Steth.Cli.Rendering.Checks;

/// <summary>How a report's page looks.</summary>
internal static class CheckHtmlStyle
{
    private const string Light = """
        --page: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --band: #f6f8fa; --mark: #1b1f24; --none: #eaeef2;
        --fail: #b3261e; --unknown: #8a5a00; --pass: #1a7f37;
        --h0: #e3f2e1; --h1: #eaf3d0; --h2: #f4f1b8; --h3: #fbe79a; --h4: #fdd47c;
        --h5: #fcbb62; --h6: #f89c4c; --h7: #ee773c; --h8: #dc4f30; --h9: #bf2a26;
        """;

    private const string Dark = """
        --page: #12161b; --text: #e6edf3; --quiet: #9aa4af; --line: #363d46; --band: #1b2128; --mark: #fff; --none: #2b3138;
        --fail: #ff7b72; --unknown: #e3b341; --pass: #56d364;
        --h0: #17352a; --h1: #24422a; --h2: #3a4c28; --h3: #555426; --h4: #705724;
        --h5: #8a5622; --h6: #a34f23; --h7: #bb4526; --h8: #d13c2b; --h9: #e83a34;
        """;

    /// <summary>The style sheet: colours for light and dark, and for paper, where there is only light.</summary>
    public const string Css = $$"""
        :root { color-scheme: light dark; {{Light}} }
        @media screen and (prefers-color-scheme: dark) { :root { {{Dark}} } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
        main { max-width: 78rem; margin: 0 auto; padding: 1.5rem; }
        h1 { font-size: 1.6rem; margin: 0 0 .4rem; }
        h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
        h3 { font-size: 1rem; margin: 0 0 .4rem; }
        header { border-bottom: 1px solid var(--line); margin-bottom: 1.2rem; padding-bottom: .4rem; }
        p { margin: .3rem 0; }
        ul { margin: .3rem 0; padding-left: 1.3rem; }
        code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; }
        .headline { font-size: 1.05rem; }
        .counts, .about, figcaption { color: var(--quiet); }
        .state { display: inline-block; padding: .05em .5em; border: 1px solid currentColor; border-radius: .3em; font-size: .75em;
          font-weight: 700; vertical-align: .1em; }
        .fail { color: var(--fail); }
        .unknown { color: var(--unknown); }
        .pass { color: var(--pass); }
        section, article, figure, nav { margin: 0 0 1.3rem; }
        figcaption { margin-bottom: .5rem; }
        .part { border-top: 1px solid var(--line); padding-top: 1.2rem; }
        article { border: 1px solid var(--line); border-left: .3rem solid currentColor; border-radius: .3rem; padding: .7rem .9rem; }
        article > * { color: var(--text); }
        article > .about { color: var(--quiet); }
        p, li, h1, h2, h3, figcaption, td, th { overflow-wrap: anywhere; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .9rem; }
        th, td { text-align: left; vertical-align: top; padding: .25rem .7rem; border-bottom: 1px solid var(--line); }
        thead th { background: var(--band); white-space: nowrap; }
        td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        td.fail, td.unknown, td.pass { font-weight: 600; }
        a { color: inherit; }
        svg text { font: 11px ui-monospace, "DejaVu Sans Mono", monospace; fill: var(--text); }
        svg .row { text-anchor: end; }
        svg rect { stroke: var(--page); stroke-width: 1; }
        svg path { fill: none; stroke: var(--mark); stroke-width: 1.5; }
        rect.none { fill: var(--none); }
        rect.h0 { fill: var(--h0); } rect.h1 { fill: var(--h1); } rect.h2 { fill: var(--h2); } rect.h3 { fill: var(--h3); }
        rect.h4 { fill: var(--h4); } rect.h5 { fill: var(--h5); } rect.h6 { fill: var(--h6); } rect.h7 { fill: var(--h7); }
        rect.h8 { fill: var(--h8); } rect.h9 { fill: var(--h9); }
        @media print {
          body { font-size: 10pt; }
          main { max-width: none; padding: 0; }
          .wide { overflow: visible; }
          svg { max-width: 100%; height: auto; }
          article, figure, tr { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
          thead { display: table-header-group; }
          svg rect, .state, thead th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """;
}
