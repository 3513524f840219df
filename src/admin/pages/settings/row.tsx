/** @jsxImportSource hono/jsx */
import type { SettingView } from '../../contract-settings.ts';
import { Badge, Unseen } from '../parts/bits.tsx';
import { Prose } from '../parts/prose.tsx';
import { valueWords } from './words.ts';

/** One setting: what it is for, what holds, who says so, and the way to change it. */
export function SettingRow({ setting }: { setting: SettingView }) {
  const { key, name, help, isLive, waitsForRestart } = setting;
  return (
    <li
      id={`setting-${key}`}
      class={setting.source.from === 'default' ? 'setting' : 'setting set'}
      data-filter-text={`${key} ${help}`.toLowerCase()}
      data-filter-set={setting.source.from === 'default' ? undefined : ''}
    >
      <div class="setting-words">
        <h3 class="setting-name">
          <code>{name}</code>
          {waitsForRestart && <Badge tone="warn">Waits for a restart</Badge>}
          {!isLive && !waitsForRestart && (
            <Badge title="A saved change takes effect at the next start">Restart</Badge>
          )}
        </h3>
        <p class="soft">
          <Prose text={help} />
        </p>
      </div>
      <Value setting={setting} />
    </li>
  );
}

function Value({ setting }: { setting: SettingView }) {
  const { key, entry, value, unit, source, waitsForRestart, inFile } = setting;
  // A table with a name is changed as a whole.
  const isEditable = setting.isEditable && entry === null;
  const isSet = value !== null;
  return (
    <div class="setting-value">
      <p class={isSet ? 'setting-holds' : 'setting-holds soft'}>{valueWords(value, unit)}</p>
      {waitsForRestart && (
        <>
          <p class="tiny soft">until the restart</p>
          <p class="tiny warn-text">{`then ${valueWords(inFile ?? setting.default, unit)}`}</p>
        </>
      )}
      <p class="tiny soft">{source.words}</p>
      {isEditable && (
        <button
          type="button"
          class="setting-edit"
          hx-get={`/settings/edit?key=${encodeURIComponent(key)}`}
          hx-target="#dialog"
          hx-swap="innerHTML"
        >
          Change<Unseen>{` ${key}`}</Unseen>
        </button>
      )}
      {source.from !== 'default' && source.from !== 'file' && <p class="tiny soft">goes before the file</p>}
    </div>
  );
}
