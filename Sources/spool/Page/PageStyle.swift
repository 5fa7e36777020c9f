import SpoolTerminal

/// The looks of a page; the colours are in ``PagePalette``.
enum PageStyle {
  /// The style sheet without the colours.
  static let text = base + parts + list + narrow

  private static let base = """
    *,::before,::after{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-padding-top:64px}
    body{margin:0;background:var(--page);color:var(--ink);font:14px/1.45 system-ui,-apple-system,
    "Segoe UI","Noto Sans",Ubuntu,Cantarell,"Helvetica Neue",Arial,sans-serif;
    font-variant-numeric:tabular-nums}
    a{color:var(--link);text-decoration:none}
    a:hover{text-decoration:underline}
    a:focus-visible,button:focus-visible,summary:focus-visible,input:focus-visible,
    select:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:1px}
    h1,h2,h3,p,ul,dl,dd,figure{margin:0;padding:0}
    ul{list-style:none}
    small{font-size:12px;font-weight:400;color:var(--soft)}
    header{position:sticky;top:0;z-index:2;display:flex;align-items:center;gap:4px 24px;
    flex-wrap:wrap;padding:10px 20px;background:var(--panel);border-bottom:1px solid var(--line)}
    .brand{display:flex;align-items:baseline;gap:10px;min-width:0}
    .brand b{font-size:15px;letter-spacing:-.01em;color:var(--soft);font-weight:600}
    .brand b::after{content:"/";margin-left:10px;color:var(--line);font-weight:400}
    h1{font-size:15px;font-weight:600;overflow-wrap:anywhere}
    nav{display:flex;gap:2px;margin-right:auto}
    nav a{color:var(--soft);padding:3px 9px;border-radius:6px}
    nav a:hover{background:var(--well);color:var(--ink);text-decoration:none}
    .made{display:flex;align-items:center;gap:6px 12px;flex-wrap:wrap;color:var(--soft);
    font-size:12px}
    button,select,input{font:inherit;color:inherit}
    button,select{cursor:pointer}
    #theme,#more{border:1px solid var(--line);background:var(--panel);border-radius:6px;
    padding:3px 10px;font-size:12px;color:var(--ink)}
    #theme:hover,#more:hover{background:var(--well)}
    .stale{padding:8px 20px;background:var(--failed);color:var(--panel);font-weight:600}
    main{max-width:1760px;margin:0 auto;padding:16px 20px 8px;display:grid;gap:14px;
    grid-template-columns:minmax(0,1fr)}
    footer{max-width:1760px;margin:0 auto;padding:8px 20px 28px;color:var(--soft);font-size:12px}
    .panel{background:var(--panel);border:1px solid var(--line);border-radius:8px;
    padding:12px 16px 14px;min-width:0}
    h2{font-size:13px;font-weight:600;margin:0 0 10px}
    h2 small{margin-left:8px;overflow-wrap:anywhere}
    h3{font-size:12px;font-weight:600;margin:0 0 6px}
    .none{color:var(--soft);padding:4px 0}
    .two,.three{display:grid;gap:14px;grid-template-columns:minmax(0,1fr)}
    @media (min-width:1000px){.two{grid-template-columns:minmax(0,3fr) minmax(0,2fr)}
    .three{grid-template-columns:repeat(3,minmax(0,1fr))}}

    """

  private static let parts = """
    .tiles{display:grid;grid-template-columns:repeat(8,minmax(0,1fr));background:var(--panel);
    border:1px solid var(--line);border-radius:8px}
    .tiles a{display:block;padding:10px 16px 12px;color:inherit}
    .tiles a:hover{background:var(--well);text-decoration:none}
    .tiles li+li{border-left:1px solid var(--faint)}
    .tiles li:first-child a{border-radius:7px 0 0 7px}
    .tiles li:last-child a{border-radius:0 7px 7px 0}
    .tiles b{display:block;font-size:26px;line-height:1.2;font-weight:600;letter-spacing:-.02em}
    .tiles .zero b{color:var(--soft);font-weight:400}
    .st{display:inline-flex;align-items:center;gap:6px;font-size:12px;font-weight:600;
    white-space:nowrap}
    .st::before{content:"";flex:none;width:8px;height:8px;border-radius:50%;
    background:currentColor}
    .s-idle::before,.s-queued::before,.s-starting::before{background:none!important;
    border:2px solid currentColor}
    .s-killed::before,.s-crashed::before,.s-failed::before{border-radius:2px}
    .figures{display:flex;flex-wrap:wrap;gap:2px 22px;margin-top:10px;padding:0 2px;
    color:var(--soft);font-size:13px}
    .figures b{color:var(--ink);font-weight:600;margin-left:3px}
    .scroll{overflow-x:auto;margin:0 -16px;padding:0 16px}
    table{border-collapse:collapse;width:100%;font-size:13px}
    thead th{font-size:12px;font-weight:400;color:var(--soft);text-align:left}
    th,td{padding:5px 14px 5px 0;border-bottom:1px solid var(--faint);text-align:left;
    white-space:nowrap;vertical-align:baseline}
    th:last-child,td:last-child{padding-right:0}
    tbody tr:last-child>*{border-bottom:0}
    tbody th{font-weight:600}
    .r{text-align:right}
    td.agents{max-width:260px;overflow:hidden;text-overflow:ellipsis;color:var(--soft)}
    .trouble{color:var(--failed);white-space:normal}
    .bad{color:var(--failed);font-weight:600}
    .q-served{color:var(--finished)}.q-idle{color:var(--soft)}.q-paused{color:var(--queued)}
    .running{columns:1;max-height:430px;overflow-y:auto;margin-right:-8px;padding-right:8px}
    .running li{display:grid;grid-template-columns:minmax(0,1fr) auto 58px;gap:0 12px;
    padding:5px 0;border-bottom:1px solid var(--faint);break-inside:avoid}
    .running li:last-child{border:0}
    .running .nm,.failed .nm{font-weight:600;overflow:hidden;text-overflow:ellipsis;
    white-space:nowrap}
    .running .ho{color:var(--soft)}
    .du,.wa{text-align:right}
    .pr{grid-column:1/-1;display:flex;align-items:center;gap:10px;font-size:12px;
    color:var(--soft);min-width:0}
    .pr .bar{flex:1 1 90px;max-width:220px;min-width:60px}
    .pr .words{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .bed{fill:var(--well)}
    .plot{display:block;width:100%;height:auto;font-size:10px}
    .timeline{height:revert-layer;font-size:11px}
    .plot text{fill:var(--soft)}
    .plot .t{text-anchor:middle}.plot .e{text-anchor:end}
    .plot .h{fill:var(--ink);font-weight:600}.plot .n{fill:var(--soft);font-weight:400}
    .grid{stroke:var(--faint)}.ground{stroke:var(--line)}
    .mark{stroke:var(--ink);stroke-dasharray:2 3;opacity:.55}
    .plot .m{fill:var(--soft)}
    .bar:not(svg){fill:var(--running-fill)}
    .dot{fill:var(--running-fill);fill-opacity:.75}
    .course{fill:none;stroke:var(--running-fill);stroke-width:1.2;stroke-opacity:.55}
    .course.first{stroke:var(--finished);stroke-width:2;stroke-opacity:1}
    .plot a:hover .course{stroke:var(--ink);stroke-opacity:1}
    .top{fill:var(--finished);stroke:var(--panel);stroke-width:1.5}
    .lost{stroke:var(--failed-fill);stroke-width:1.5}
    .plot a:hover rect,.plot a:hover circle{stroke:var(--ink)}
    .legend{display:flex;flex-wrap:wrap;gap:4px 16px;color:var(--soft);font-size:12px;
    margin-top:6px}
    .legend svg{margin-right:5px}
    .failures{display:grid;gap:14px 32px;grid-template-columns:minmax(0,1fr)}
    @media (min-width:1000px){.failures{grid-template-columns:250px minmax(0,1fr)}}
    .next{margin-top:14px}
    .next li{display:grid;grid-template-columns:112px minmax(0,1fr) minmax(0,2fr) auto;gap:0 14px;
    padding:4px 0;border-top:1px solid var(--faint);font-size:13px;align-items:baseline}
    .next li>*{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .next .nm{font-weight:600}.next .jb,.next .wa{color:var(--soft)}
    .older>summary{padding:6px 0;color:var(--link);font-size:13px;cursor:pointer}
    .reasons li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:1px 10px;padding:3px 0;
    font-size:13px}
    .reasons svg{grid-column:1/-1;display:block}
    .failed li{border-bottom:1px solid var(--faint)}
    .failed li:last-child{border:0}
    .failed summary{display:grid;grid-template-columns:104px minmax(0,220px) minmax(0,1fr) auto auto;
    gap:0 14px;padding:5px 0;align-items:baseline;cursor:pointer;font-size:13px}
    .why{color:var(--soft);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .failed .ho,.failed .cr{color:var(--soft);white-space:nowrap}
    summary{list-style:none}summary::-webkit-details-marker{display:none}
    pre{margin:2px 0 8px;padding:8px 12px;background:var(--well);border-radius:6px;overflow-x:auto;
    font:12px/1.5 ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",
    monospace;tab-size:4}
    .sweep{padding:10px 0 6px;border-top:1px solid var(--faint)}
    .sweep:first-of-type{border:0;padding-top:0}
    .sweep h3{font-size:14px;margin-bottom:1px}
    .note{color:var(--soft);font-size:12px;margin-bottom:10px}
    .parts{display:grid;gap:8px 36px;grid-template-columns:minmax(0,1fr);align-items:start}
    @media (min-width:1200px){.parts{grid-template-columns:minmax(0,1fr) auto}
    .parts .scroll{max-width:720px}}
    .plots{display:grid;gap:10px 20px;
    grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),320px))}
    figure .plot{max-width:420px}
    figcaption{font-size:12px;font-weight:600}figcaption span{color:var(--soft);font-weight:400}
    table.best{width:auto;min-width:min(100%,420px)}
    .best td,.best th{padding-top:3px;padding-bottom:3px}
    tr.first td{color:var(--finished)}

    """

  private static let list = """
    #filter{display:flex;flex-wrap:wrap;gap:8px;margin-bottom:10px}
    #filter[hidden]{display:none}
    #q,#queue{height:32px;padding:0 10px;background:var(--page);border:1px solid var(--line);
    border-radius:6px;min-width:0}
    #q{flex:1 1 200px}
    .chips{flex-basis:100%;display:flex;flex-wrap:wrap;gap:6px}
    .chip{display:inline-flex;align-items:center;gap:6px;font-size:12px;font-weight:600;
    padding:3px 10px;background:none;border:1px solid var(--line);border-radius:99px}
    .chip::before{content:"";width:8px;height:8px;border-radius:50%;background:currentColor}
    .chip.s-killed::before,.chip.s-crashed::before,.chip.s-failed::before{border-radius:2px}
    .chip i{font-style:normal;font-weight:400;color:var(--soft)}
    .chip:hover{background:var(--well)}
    .chip[aria-pressed=true]{border-color:currentColor;background:var(--well)}
    .cols,.run>summary{display:grid;gap:0 14px;align-items:baseline;
    grid-template-columns:108px minmax(130px,1.3fr) minmax(160px,3fr) minmax(64px,.8fr)
    minmax(56px,.7fr) 104px 62px 66px}
    .several .cols,.several .run>summary{grid-template-columns:108px minmax(130px,1.3fr)
    minmax(150px,3fr) minmax(80px,.8fr) minmax(64px,.8fr) minmax(56px,.7fr) 104px 62px 66px}
    .runs:not(.several) .qu{display:none}
    .cols{font-size:12px;color:var(--soft);padding:0 8px 5px;border-bottom:1px solid var(--line)}
    .cols>*{display:block;font-size:12px;font-weight:400;text-align:left;white-space:nowrap}
    .cols>.wa,.cols>.du{text-align:right}
    .cols>.st::before{display:none}
    .cols button{background:none;border:0;padding:0;color:inherit}
    .cols button:hover{color:var(--ink)}
    .cols [data-dir]{color:var(--ink);font-weight:600}
    .cols [data-dir=up]::after{content:" ↑"}.cols [data-dir=down]::after{content:" ↓"}
    .run{border-bottom:1px solid var(--faint);content-visibility:auto;
    contain-intrinsic-size:auto 31px}
    .run>summary{padding:5px 8px;font-size:13px;cursor:pointer}
    .run>summary:hover,.run[open]>summary{background:var(--well)}
    .run>summary>*{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .run .nm{font-weight:600}
    .run .qu,.run .ho,.run .au,.run .cr,.run .wa{color:var(--soft)}
    .run dl{display:grid;grid-template-columns:84px minmax(0,1fr);gap:3px 12px;
    padding:8px 8px 12px;font-size:13px;scroll-margin-top:110px}
    .run dt{color:var(--soft);font-size:12px;padding-top:1px}
    .run dd{white-space:pre-wrap;overflow-wrap:anywhere;min-width:0}
    .run dd pre{white-space:pre}
    .run dl:target{box-shadow:inset 3px 0 0 var(--link)}
    .moreline{padding-top:10px;text-align:center}

    """

  private static let narrow = """
    @media (max-width:760px){
    header{position:static;padding:10px 14px}
    nav{order:3;width:100%;margin:0 -9px;overflow-x:auto}
    main{padding:12px 12px 4px;gap:12px}
    footer{padding:8px 14px 24px}
    .panel{padding:10px 12px 12px}
    .scroll{margin:0 -12px;padding:0 12px}
    .tiles{grid-template-columns:repeat(4,minmax(0,1fr))}
    .tiles a{padding:8px 10px 9px}
    .tiles b{font-size:21px}
    .tiles li:nth-child(5){border-left:0}
    .tiles li:nth-child(n+5){border-top:1px solid var(--faint)}
    .tiles li a{border-radius:0!important}
    .queues .agents,.queues .state{display:none}
    .next li{grid-template-columns:auto minmax(0,1fr) auto}
    .next .jb{display:none}
    .failed summary{grid-template-columns:minmax(0,1fr) auto;gap:1px 10px}
    .failed summary .nm{grid-row:1;grid-column:1}
    .failed summary .cr{grid-row:1;grid-column:2}
    .failed summary .st{grid-row:2;grid-column:1}
    .failed summary .ho{grid-row:2;grid-column:2}
    .failed summary .why{grid-column:1/-1}
    .cols{display:flex;flex-wrap:wrap;gap:4px 14px}
    .plot:not(.timeline){font-size:11.5px}
    .run{contain-intrinsic-size:auto 72px}
    .run>summary,.several .run>summary{grid-template-columns:minmax(0,1fr) auto;gap:1px 10px;
    padding:7px 4px}
    .run .nm{grid-row:1;grid-column:1}.run .du{grid-row:1;grid-column:2}
    .run .jb{grid-row:2;grid-column:1/-1;color:var(--soft)}
    .run .st{grid-row:3;grid-column:1}.run .cr{grid-row:3;grid-column:2}
    .run .qu,.run .ho,.run .au,.run .wa{display:none}
    .run dl{grid-template-columns:minmax(0,1fr);gap:0;padding:6px 4px 12px}
    .run dd{padding-bottom:5px}
    }
    @media print{header{position:static}nav,#theme,#filter,.moreline{display:none}
    .panel,.tiles{break-inside:avoid-page}#runs{break-inside:auto}
    body{font-size:11px}.run{content-visibility:visible}}

    """
}
