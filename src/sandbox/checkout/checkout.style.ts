/** The style sheet of all pages. */
export const CHECKOUT_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f3f1; --card: #ffffff; --text: #1c1917; --soft: #6b645e; --line: #e2deda;
  --accent: #c2410c; --accent-hover: #9a3412; --on-accent: #ffffff; --tint: #fdf1ea; --good: #15803d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #171412; --card: #221e1b; --text: #f5f2ef; --soft: #b0a79f; --line: #3a332e;
    --accent: #fb8a4c; --accent-hover: #fda472; --on-accent: #231006; --tint: #33241a; --good: #4ade80;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; min-height: 100vh; padding: 24px 16px; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 16px;
}
main {
  width: 100%; max-width: 400px; padding: 24px; background: var(--card);
  border: 1px solid var(--line); border-radius: 20px; box-shadow: 0 12px 32px rgb(28 25 23 / .08);
}
header { display: flex; justify-content: space-between; align-items: center; margin-bottom: 20px; }
header p { margin: 0; }
.brand { display: flex; align-items: center; gap: 10px; font-weight: 650; letter-spacing: -.01em; }
.flame {
  width: 22px; height: 22px; transform: rotate(-45deg); border-radius: 50% 0 50% 50%;
  background: linear-gradient(45deg, #f59e0b, #dc2626);
}
.badge {
  padding: 2px 10px; border-radius: 99px; background: var(--tint); color: var(--accent);
  font-size: 12px; font-weight: 600;
}
h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.25; letter-spacing: -.02em; }
h1:focus { outline: none; }
label { display: block; margin-bottom: 6px; font-size: 14px; color: var(--soft); }
.field {
  display: flex; align-items: baseline; gap: 8px; padding: 10px 16px; border: 1px solid var(--line);
  border-radius: 14px; font-size: 28px; font-weight: 600; letter-spacing: -.02em;
}
.field span { color: var(--soft); font-weight: 500; }
.field .unit { font-size: 15px; letter-spacing: 0; }
.field:focus-within { border-color: var(--accent); box-shadow: 0 0 0 3px var(--tint), 0 0 0 4px var(--accent); }
.field:has([aria-invalid="true"]) { border-color: #dc2626; }
input {
  flex: 1; min-width: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit;
  letter-spacing: inherit; outline: none;
}
dl { margin: 16px 0 0; font-size: 15px; }
.row { display: flex; justify-content: space-between; gap: 16px; padding: 10px 0; border-bottom: 1px solid var(--line); }
.row:last-child { border-bottom: 0; }
.stacked { display: block; }
dt { color: var(--soft); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.mono { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
button {
  display: block; width: 100%; min-height: 48px; margin-top: 10px; padding: 10px 16px; cursor: pointer;
  border: 1px solid transparent; border-radius: 14px; background: none; color: var(--text);
  font: inherit; font-weight: 600;
}
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button:disabled { opacity: .55; cursor: default; }
.primary { background: var(--accent); color: var(--on-accent); }
.primary:hover:enabled { background: var(--accent-hover); }
.secondary { border-color: var(--line); }
.secondary:hover:enabled { border-color: var(--accent); color: var(--accent); }
.quiet { color: var(--soft); }
.quiet:hover:enabled { color: var(--text); text-decoration: underline; }
.status { margin: 8px 0 0; min-height: 1.5em; text-align: center; font-size: 14px; color: var(--soft); }
.note { margin: 0; font-size: 13px; color: var(--soft); }
#receipt { text-align: center; }
#receipt dl { text-align: left; }
.tick {
  display: block; width: 56px; height: 56px; margin: 8px auto 16px; border-radius: 50%;
  border: 3px solid var(--good); position: relative;
}
.tick::after {
  content: ""; position: absolute; left: 18px; top: 9px; width: 12px; height: 22px;
  border: solid var(--good); border-width: 0 4px 4px 0; transform: rotate(42deg);
}
`;
