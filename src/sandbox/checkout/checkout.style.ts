/** The style sheet of all pages, for a frame of 350 × 600 px; a larger window gets a card of that size. */
export const CHECKOUT_STYLE = `
:root {
  color-scheme: light;
  --page: #f4f3f1; --card: #ffffff; --text: #1c1917; --soft: #655e58; --line: #e2deda;
  --accent: #c2410c; --accent-hover: #9a3412; --on-accent: #ffffff; --tint: #fdf1ea;
  --good: #15803d; --bad: #b91c1c;
}
:root[data-theme="dark"] {
  color-scheme: dark;
  --page: #171412; --card: #221e1b; --text: #f5f2ef; --soft: #b5aca4; --line: #3f3832;
  --accent: #fb8a4c; --accent-hover: #fda472; --on-accent: #231006; --tint: #33241a;
  --good: #4ade80; --bad: #f87171;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme]) {
    color-scheme: dark;
    --page: #171412; --card: #221e1b; --text: #f5f2ef; --soft: #b5aca4; --line: #3f3832;
    --accent: #fb8a4c; --accent-hover: #fda472; --on-accent: #231006; --tint: #33241a;
    --good: #4ade80; --bad: #f87171;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; min-height: 100vh; display: flex; align-items: center; justify-content: center;
  background: var(--card); color: var(--text);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  width: 100%; max-width: 350px; height: 600px; padding: 16px 20px 12px; display: flex; flex-direction: column;
  background: var(--card);
}
@media (min-width: 400px) and (min-height: 640px) {
  body { background: var(--page); }
  main { outline: 1px solid var(--line); border-radius: 20px; box-shadow: 0 12px 32px rgb(28 25 23 / .12); }
}
header { display: flex; justify-content: space-between; align-items: center; margin-bottom: 14px; }
header p { margin: 0; }
.brand { display: flex; align-items: center; gap: 9px; font-weight: 650; letter-spacing: -.01em; }
.flame {
  width: 20px; height: 20px; transform: rotate(-45deg); border-radius: 50% 0 50% 50%;
  background: linear-gradient(45deg, #f59e0b, #dc2626);
}
.badge {
  padding: 2px 10px; border-radius: 99px; background: var(--tint); color: var(--accent);
  font-size: 12px; font-weight: 600;
}
.screen { flex: 1; min-height: 0; display: flex; flex-direction: column; margin: 0; }
h1 { margin: 0; font-size: 20px; line-height: 1.25; letter-spacing: -.015em; }
h1:focus { outline: none; }
.amount {
  margin: 2px 0 6px; font-size: 34px; line-height: 1.2; font-weight: 700; letter-spacing: -.025em;
  font-variant-numeric: tabular-nums; overflow: hidden; text-overflow: ellipsis;
}
.long .amount { font-size: 26px; }
.long dl { font-size: 13px; }
.screen > p:not([class]) { margin: 8px 0 0; }
dl { margin: 0; font-size: 14px; }
dl > div {
  display: flex; justify-content: space-between; align-items: baseline; gap: 16px; padding: 7px 0;
  border-bottom: 1px solid var(--line);
}
dl > div:last-child { border-bottom: 0; }
dt { flex: none; color: var(--soft); }
dd { margin: 0; min-width: 0; text-align: right; font-variant-numeric: tabular-nums; }
dd { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.stacked { display: block; }
.stacked dd { max-height: 3em; text-align: left; white-space: normal; overflow-wrap: anywhere; }
.mono { font: 12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.hint { margin: 6px 0 0; font-size: 12.5px; color: var(--soft); }
.actions { margin-top: auto; padding-top: 8px; display: flex; flex-direction: column; gap: 8px; }
button {
  width: 100%; min-height: 44px; padding: 8px 12px; cursor: pointer; border: 1px solid transparent;
  border-radius: 12px; background: none; color: var(--text); font: inherit; font-weight: 600;
}
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.primary { background: var(--accent); color: var(--on-accent); overflow: hidden; text-overflow: ellipsis; }
.primary:hover { background: var(--accent-hover); }
.secondary { border-color: var(--line); }
.secondary:hover { border-color: var(--accent); color: var(--accent); }
.quiet { min-height: 32px; padding: 2px 12px; color: var(--soft); }
.quiet:hover { color: var(--text); text-decoration: underline; }
fieldset {
  margin: 0; padding: 4px 8px 8px; display: flex; gap: 6px; border: 1px dashed var(--line); border-radius: 12px;
}
legend { padding: 0 4px; font-size: 12px; color: var(--soft); }
fieldset button { min-height: 32px; padding: 2px 4px; border-color: var(--line); font-size: 13px; }
fieldset button:hover { border-color: var(--accent); color: var(--accent); }
label { margin-top: 10px; font-size: 13px; color: var(--soft); }
input {
  width: 100%; margin-top: 4px; padding: 12px; text-overflow: ellipsis; border: 1px solid var(--line); border-radius: 12px;
  background: var(--page); color: var(--text);
  font: 12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
}
.mark {
  flex: none; width: 48px; height: 48px; margin: 8px 0 12px; display: grid; place-items: center;
  border: 3px solid currentColor; border-radius: 50%; font-size: 24px; line-height: 1; font-weight: 700;
}
.good { color: var(--good); }
.bad, .warning { color: var(--bad); }
.status { flex: none; margin: 6px 0 0; min-height: 1.45em; text-align: center; font-size: 13px; color: var(--soft); }
footer { flex: none; margin-top: 4px; text-align: center; font-size: 12px; color: var(--soft); }
.error p { overflow-wrap: anywhere; }
`;
