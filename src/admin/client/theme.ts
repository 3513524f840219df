const yearSeconds = 31_536_000;

// The server reads the choice from the cookie, so that a page has its colours before any script runs.
document.querySelector('[data-switch-theme]')?.addEventListener('click', () => {
  const { documentElement: root } = document;
  const isDark =
    getComputedStyle(root).colorScheme === 'dark' || (root.dataset['theme'] === undefined && systemIsDark());
  const theme = isDark ? 'light' : 'dark';
  root.dataset['theme'] = theme;
  document.cookie = `ccproxy_theme=${theme}; path=/; max-age=${yearSeconds}; samesite=strict`;
});

function systemIsDark(): boolean {
  return matchMedia('(prefers-color-scheme: dark)').matches;
}
