/** Shows of a list only what somebody looks for; a section of which nothing is left goes with it. */
function apply(): void {
  const box = document.querySelector<HTMLInputElement>('[data-filter]');
  if (box === null) return;
  const list = document.querySelector<HTMLElement>(box.dataset['filter'] ?? '');
  const words = box.value.toLowerCase().split(/\s+/);
  const onlySet = document.querySelector<HTMLInputElement>('[data-filter-only]')?.checked === true;
  const isAny = words.some((word) => word !== '') || onlySet;
  let found = 0;
  for (const section of list?.querySelectorAll<HTMLElement>('section') ?? []) {
    let inSection = 0;
    for (const row of section.querySelectorAll<HTMLElement>('[data-filter-text]')) {
      const text = row.dataset['filterText'] ?? '';
      const isSet = row.dataset['filterSet'] !== undefined;
      const isFound = words.every((word) => text.includes(word)) && (isSet || !onlySet);
      row.hidden = !isFound;
      if (isFound) inSection += 1;
    }
    for (const entry of section.querySelectorAll<HTMLElement>('.entry'))
      entry.hidden = isAny && entry.querySelector('[data-filter-text]:not([hidden])') === null;
    section.hidden = isAny && inSection === 0;
    found += inSection;
  }
  const nothing = list?.querySelector<HTMLElement>('.nothing-found');
  if (nothing) nothing.hidden = !isAny || found > 0;
}

document.addEventListener('input', (event) => {
  if (event.target instanceof Element && event.target.matches('[data-filter], [data-filter-only]')) apply();
});

// What is fetched again knows nothing of what is looked for.
document.addEventListener('htmx:after:swap', apply);
