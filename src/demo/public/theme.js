// The theme of the page: that of the system, or the one chosen.
// @ts-check

const system = matchMedia('(prefers-color-scheme: dark)');
const choice = /** @type {HTMLSelectElement} */ (document.getElementById('theme'));

/** @returns {'light' | 'dark'} the theme that is shown */
export function currentTheme() {
  if (choice.value === 'light' || choice.value === 'dark') return choice.value;
  return system.matches ? 'dark' : 'light';
}

/** @param {() => void} onChange */
export function watchTheme(onChange) {
  const show = () => {
    document.documentElement.dataset.theme = currentTheme();
  };
  show();
  for (const source of [choice, system]) {
    source.addEventListener('change', () => {
      const before = document.documentElement.dataset.theme;
      show();
      if (currentTheme() !== before) onChange();
    });
  }
}
