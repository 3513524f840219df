import { htmx } from './htmx.ts';

// What signs somebody in comes in the address and goes on as a change: of a link it is behind the `#`, where no
// server, log or other site ever sees it.

document.addEventListener(
  'htmx:after:process',
  () => {
    const { hash, search, pathname } = location;
    const link = hash.startsWith('#link=') ? hash.slice('#link='.length) : undefined;
    if (link !== undefined) send('link', link);
    else if (pathname === '/sign-in/callback' && search !== '') send('answer');
  },
  { once: true },
);

/** A link that is opened where the sign-in is open already. */
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#link=')) location.reload();
});

function send(what: string, value?: string): void {
  const form = document.querySelector<HTMLFormElement>(`form[data-arriving="${what}"]`);
  const input = form?.querySelector<HTMLInputElement>(`input[name="${what}"]`);
  if (form === null || input === null || input === undefined) return;
  if (value !== undefined) input.value = value;
  // It stays neither in the address bar nor in the history.
  history.replaceState(null, '', '/sign-in');
  htmx.trigger(form, 'submit');
}
