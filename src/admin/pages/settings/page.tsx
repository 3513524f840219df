/** @jsxImportSource hono/jsx */
import { ownCommand } from '../../../base/own-command.ts';
import type { SettingsSectionView, SettingsView } from '../../contract-settings.ts';
import { Heading, Unseen } from '../parts/bits.tsx';
import { Icon } from '../parts/icons.tsx';
import { LivePart } from '../parts/live-part.tsx';
import { Prose } from '../parts/prose.tsx';
import type { Shortcut } from '../parts/shortcuts.tsx';
import { SettingRow } from './row.tsx';

export const settingsShortcuts: readonly Shortcut[] = [{ keys: '/', does: 'Find a setting' }];

/** Every setting, by section. */
export function SettingsPage({ view }: { view: SettingsView }) {
  return (
    <>
      <Heading title="Settings">
        <div class="heading-actions filters">
          <label class="switch">
            <input type="checkbox" data-filter-only="set" />
            Only what is set
          </label>
          <input
            type="search"
            data-filter="#settings"
            data-key="/"
            placeholder="Find a setting"
            aria-label="Find a setting"
            autocomplete="off"
          />
        </div>
      </Heading>
      <SettingsContent view={view} />
    </>
  );
}

export function SettingsContent({ view }: { view: SettingsView }) {
  const { file, problem, waitingForRestart, sections } = view;
  return (
    <LivePart id="settings" topics={['settings']} path="/settings/content">
      <p class="summary">
        {file.exists ? 'Kept in ' : 'Kept in a file once something is changed: '}
        <code>{file.path}</code>
      </p>
      {problem !== null && (
        <div class="notice bad" role="alert">
          <strong>The file has a mistake; what held before still holds.</strong>
          <pre>{problem.title}</pre>
          <p>{problem.fix}</p>
        </div>
      )}
      {waitingForRestart.length > 0 && <Waiting keys={waitingForRestart} />}
      <div class="settings">
        <nav class="section-nav" aria-label="Sections">
          <ul>
            {sections.map(({ name }) => (
              <li>
                <a href={`#section-${name}`}>{name}</a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="sections">
          {sections.map((section) => (
            <Section section={section} view={view} />
          ))}
          <p class="empty nothing-found" hidden>
            No setting is called so, and none speaks of it.
          </p>
        </div>
      </div>
    </LivePart>
  );
}

function Waiting({ keys }: { keys: readonly string[] }) {
  return (
    <div class="notice warn" role="status">
      <strong>Saved, and waiting for a restart</strong>
      <p>
        {keys.map((key, at) => (
          <>
            {at > 0 && ', '}
            <code>{key}</code>
          </>
        ))}
        . The proxy goes on as before until it is started again: <code>{ownCommand('stop')}</code>, then{' '}
        <code>{ownCommand('serve')}</code>.
      </p>
    </div>
  );
}

interface SectionProps {
  readonly section: SettingsSectionView;
  readonly view: SettingsView;
}

function Section({ section, view }: SectionProps) {
  const { name, help, what, entries } = section;
  return (
    <section id={`section-${name}`} aria-labelledby={`section-${name}-title`}>
      <header class="section-head">
        <h2 id={`section-${name}-title`}>{name}</h2>
        {what !== null && (
          <button
            type="button"
            hx-get={`/settings/add?section=${name}`}
            hx-target="#dialog"
            hx-swap="innerHTML"
          >
            <Icon name="plus" />
            {`Add ${what}`}
          </button>
        )}
      </header>
      <p class="soft">
        <Prose text={help} />
      </p>
      {what === null ? (
        <Rows view={view} section={name} entry={null} />
      ) : (
        entries.map((entry) => <Entry section={name} entry={entry} view={view} />)
      )}
    </section>
  );
}

/** A table with a name: it is changed as one, since its settings go together. */
function Entry({ section, entry, view }: { section: string; entry: string; view: SettingsView }) {
  const table = `${section}.${entry}`;
  return (
    <div class="entry">
      <header class="section-head">
        <h3>
          <code>{entry}</code>
        </h3>
        <button
          type="button"
          class="ghost"
          hx-get={`/settings/edit?table=${table}`}
          hx-target="#dialog"
          hx-swap="innerHTML"
        >
          Change<Unseen>{` ${table}`}</Unseen>
        </button>
        <button
          type="button"
          class="ghost"
          hx-get={`/settings/remove?table=${table}`}
          hx-target="#dialog"
          hx-swap="innerHTML"
        >
          Remove<Unseen>{` ${table}`}</Unseen>
        </button>
      </header>
      <Rows view={view} section={section} entry={entry} />
    </div>
  );
}

function Rows({ view, section, entry }: { view: SettingsView; section: string; entry: string | null }) {
  const rows = view.settings.filter((one) => one.section === section && one.entry === entry);
  // Of a table with a name only what it says: the rest is in its form.
  const shown = entry === null ? rows : rows.filter(({ source }) => source.from !== 'default');
  return (
    <ul class="card">
      {shown.map((setting) => (
        <SettingRow setting={setting} />
      ))}
    </ul>
  );
}
