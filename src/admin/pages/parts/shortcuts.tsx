/** @jsxImportSource hono/jsx */
import { Keys } from './bits.tsx';
import { Icon } from './icons.tsx';
import { pages } from './navigation.tsx';

/** What a key does. The element it presses says so with `data-key`, or `data-row-key` inside a `data-row`. */
export interface Shortcut {
  readonly keys: string;
  readonly does: string;
}

const everywhere: readonly Shortcut[] = [
  ...pages.map(({ title, key }) => ({ keys: `g ${key}`, does: `Go to ${title}` })),
  { keys: 'g p', does: 'Go to People' },
  { keys: 'g c', does: 'Go to Changes' },
  { keys: '?', does: 'Show this list' },
  { keys: 'Esc', does: 'Close what is open' },
];

/** The list behind `?`. Who speaks to the computer, or hits keys by chance, can switch them off (WCAG 2.1.4). */
export function Shortcuts({ own }: { own: readonly Shortcut[] }) {
  return (
    <dialog id="shortcuts" aria-labelledby="shortcuts-title">
      <div class="dialog-content">
        <header class="dialog-head">
          <h2 id="shortcuts-title">Keyboard shortcuts</h2>
          <button type="button" class="ghost square" data-close-dialog aria-label="Close">
            <Icon name="close" />
          </button>
        </header>
        {own.length > 0 && <List title="On this page" shortcuts={own} />}
        <List title="Everywhere" shortcuts={everywhere} />
        <label class="switch">
          <input type="checkbox" data-switch-keys checked />
          Single keys do something
        </label>
      </div>
    </dialog>
  );
}

function List({ title, shortcuts }: { title: string; shortcuts: readonly Shortcut[] }) {
  return (
    <section class="shortcuts">
      <h3>{title}</h3>
      <dl>
        {shortcuts.map(({ keys, does }) => (
          <div>
            <dt>
              <Keys keys={keys} />
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
