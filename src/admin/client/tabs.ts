// Tabs by the pattern of the ARIA authoring practices: arrows choose, one of them is in the order of the tab key.

document.addEventListener('click', (event) => {
  const tab = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="tab"]') : null;
  if (tab !== null) choose(tab);
});

document.addEventListener('keydown', (event) => {
  const tab = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="tab"]') : null;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (tab === null || step === undefined) return;
  const all = tabsBeside(tab);
  const next = all[(all.indexOf(tab) + step + all.length) % all.length];
  if (next === undefined) return;
  event.preventDefault();
  choose(next);
  next.focus();
});

function choose(tab: HTMLElement): void {
  for (const one of tabsBeside(tab)) {
    const isChosen = one === tab;
    one.setAttribute('aria-selected', String(isChosen));
    one.tabIndex = isChosen ? 0 : -1;
    const panel = document.querySelector<HTMLElement>(
      `#${CSS.escape(one.getAttribute('aria-controls') ?? '')}`,
    );
    if (panel !== null) panel.hidden = !isChosen;
  }
}

function tabsBeside(tab: HTMLElement): HTMLElement[] {
  return [...(tab.closest('[role="tablist"]')?.querySelectorAll<HTMLElement>('[role="tab"]') ?? [])];
}
