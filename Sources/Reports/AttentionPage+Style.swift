extension AttentionPage {
  static let style = """
    :root { color-scheme: light dark; --line: #8884; --accent: light-dark(#a3360b, #ff9c5a); }
    body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; }
    main { max-width: 75rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
    h1 { font-size: 1.75rem; line-height: 1.25; margin: .5rem 0 1rem; }
    .columns { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
    figure { margin: 0; flex: 3 1 24rem; min-width: 0; }
    .side { flex: 2 1 20rem; min-width: 0; }
    .stage { position: relative; }
    .stage > * { display: block; width: 100%; object-fit: contain; object-position: left top; }
    .stage img { height: auto; max-height: 75vh; }
    .stage canvas { position: absolute; left: 0; top: 0; height: 100%; pointer-events: none; }
    .stage canvas[hidden] { display: none; }
    figcaption, small { font-size: .8125rem; opacity: .8; }
    .words { display: flex; flex-wrap: wrap; gap: .4rem; }
    button { font: inherit; color: inherit; background: none; cursor: pointer; }
    button { border: 2px solid var(--line); border-radius: .4rem; padding: .2rem .6rem; }
    .words button { display: grid; justify-items: start; line-height: 1.3; }
    .likely { width: 100%; height: .3rem; background: var(--line); }
    .likely .bar { height: 100%; }
    button[aria-pressed=true] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .details { min-height: 14rem; margin: 1rem 0; }
    table { border-collapse: collapse; }
    caption { text-align: left; white-space: nowrap; font-weight: 600; padding: .3rem 0; }
    th, td { text-align: left; padding: .1rem .8rem .1rem 0; font-weight: normal; vertical-align: middle; }
    thead th { font-weight: 600; border-bottom: 1px solid var(--line); }
    .chosen th { font-weight: 700; color: var(--accent); }
    .bar { display: block; height: .7rem; background: var(--accent); }
    .controls { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; }
    fieldset { border: 0; padding: 0; margin: 0 0 1rem; min-width: 0; }
    legend { font-weight: 600; padding: 0; }
    .controls label { display: inline-flex; gap: .4rem; align-items: center; }
    details { margin-top: 1.5rem; overflow-x: auto; }
    summary { font-weight: 600; cursor: pointer; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
    dt { opacity: .8; }
    dd { margin: 0; overflow-wrap: anywhere; }
    """
}
