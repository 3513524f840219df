/** @jsxImportSource hono/jsx */
import type { Problem } from '../../../base/problem.ts';
import type { SettingFlawView, SettingView } from '../../contract-settings.ts';
import { DialogContent, DialogFoot } from '../parts/dialog.tsx';
import { FormProblem, Input } from '../parts/form.tsx';
import { Prose } from '../parts/prose.tsx';
import { fieldText, valueWords } from './words.ts';

/** What a form changes: settings with a fixed place, or a table with a name, which may be a new one. */
export interface Subject {
  readonly title: string;
  /** Names the form to whoever reads it. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly settings: readonly SettingView[];
  /** The table is new, and its name is still to be chosen. */
  readonly what?: string | undefined;
}

interface FormProps {
  readonly subject: Subject;
  readonly base: string;
  /** What was typed, by the names of fields, where it was refused. */
  readonly typed?: Readonly<Record<string, string>> | undefined;
  readonly problem?: Pick<Problem, 'message' | 'fix'> | undefined;
  readonly flaws?: readonly SettingFlawView[];
}

/** What of a table with many settings is seen first. */
const first: Readonly<Record<string, readonly string[]>> = {
  providers: ['issuer', 'client_id', 'scopes', 'ways', 'base_url'],
  prices: ['models', 'input', 'output', 'factor'],
};

/** The dialog in which settings are changed. What is typed is checked as the file would be. */
export function SettingsForm(props: FormProps) {
  const { subject, base, typed, problem } = props;
  const { settings, what, hidden } = subject;
  const early = first[settings[0]?.section ?? ''];
  const isLater = ({ name, entry, inFile }: SettingView): boolean =>
    entry !== null && early?.includes(name) === false && inFile === null;
  const later = settings.filter(isLater);
  return (
    <DialogContent title={subject.title}>
      <form class="form" hx-post="/settings" hx-target="#dialog" hx-swap="innerHTML">
        <FormProblem problem={problem} />
        <input type="hidden" name="base" value={base} />
        {Object.entries(hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <div
          class="form"
          hx-post="/settings/check"
          hx-trigger="input delay:150ms"
          hx-sync="this:replace"
          hx-swap="none"
        >
          {what !== undefined && (
            <Input
              name="entry"
              label="Name"
              value={typed?.['entry']}
              isRequired
              hasFocus
              hint="Lower case letters, digits, “-” and “_”. It stands in the file, and is not changed later."
            />
          )}
          <Flaws flaws={general(props)} />
          {settings
            .filter((one) => !isLater(one))
            .map((setting, at) => (
              <SettingField {...props} setting={setting} hasFocus={at === 0 && what === undefined} />
            ))}
          {later.length > 0 && (
            <details>
              <summary>{`${later.length} more, rarely needed`}</summary>
              <div class="form">
                {later.map((setting) => (
                  <SettingField {...props} setting={setting} />
                ))}
              </div>
            </details>
          )}
        </div>
        <Effect settings={settings} />
        <DialogFoot>
          <button type="submit" class="primary">
            Save
          </button>
        </DialogFoot>
      </form>
    </DialogContent>
  );
}

/** When what is saved takes effect. */
function Effect({ settings }: { settings: readonly SettingView[] }) {
  const isLive = settings.every((one) => one.isLive);
  return (
    <p class={isLive ? 'hint' : 'hint warn-text'}>
      {isLive
        ? 'Takes effect as soon as it is saved.'
        : 'Takes effect when the proxy is started the next time.'}
    </p>
  );
}

function SettingField({ setting, typed, flaws = [], hasFocus }: FormProps & FieldOptions) {
  const { help, expects, unit, entry, name } = setting;
  const id = fieldId(setting);
  const isDefault = setting.default === null;
  return (
    <div class="field">
      <label for={id}>
        <code>{entry === null ? setting.key : name}</code>
      </label>
      <Control
        setting={setting}
        text={typed?.[fieldName(setting)] ?? fieldText(setting.inFile)}
        hasFocus={hasFocus === true}
      />
      <div id={`flaw-${id}`} class="flaw" aria-live="polite">
        <FlawLines
          says={flaws.filter(({ key }) => key !== null && isOf(key, setting)).map((one) => one.says)}
        />
      </div>
      <p class="hint" id={`hint-${id}`}>
        <Prose text={help} />
        {` It must be ${expects}. Left empty: ${isDefault ? 'not set' : `the default, ${valueWords(setting.default, unit)}`}.`}
      </p>
    </div>
  );
}

interface FieldOptions {
  readonly setting: SettingView;
  readonly hasFocus?: boolean;
}

function Control({ setting, text, hasFocus }: { setting: SettingView; text: string; hasFocus: boolean }) {
  const { input, choices, unit } = setting;
  const id = fieldId(setting);
  const common = {
    id,
    name: fieldName(setting),
    autofocus: hasFocus,
    'aria-describedby': `flaw-${id} hint-${id}`,
  };
  const byDefault = valueWords(setting.default, unit);
  if (input === 'choice' || input === 'switch')
    return (
      <select {...common}>
        <option value="" selected={text === ''}>{`${byDefault} (default)`}</option>
        {(input === 'switch' ? ['true', 'false'] : choices).map((word) => (
          <option value={word} selected={word === text}>
            {word}
          </option>
        ))}
      </select>
    );
  if (input === 'list' || input === 'table')
    return (
      <textarea
        {...common}
        rows={3}
        placeholder={input === 'list' ? 'one a line' : 'name = text, one a line'}
      >
        {text}
      </textarea>
    );
  return (
    <input
      {...common}
      type="text"
      inputmode={input === 'number' ? 'decimal' : undefined}
      value={text}
      placeholder={setting.default === null ? (setting.example ?? '') : placeholder(setting)}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      data-1p-ignore
    />
  );
}

/** The default as it could be typed. */
function placeholder({ default: value, unit }: SettingView): string {
  return unit === 'bytes' ? valueWords(value, unit) : fieldText(value);
}

/** Mistakes that belong to no field: of the file as a whole, or of other settings in it. */
function Flaws({ flaws }: { flaws: readonly string[] }) {
  return (
    <div id="flaw-general" class="flaw" aria-live="polite">
      <FlawLines says={flaws} />
    </div>
  );
}

function FlawLines({ says }: { says: readonly string[] }) {
  return (
    <>
      {says.map((one) => (
        <p>{one}</p>
      ))}
    </>
  );
}

/** What was found wrong, put where it belongs: every place gets its word, also that nothing is wrong any more. */
export function Checked({
  subject,
  flaws,
}: Pick<FormProps, 'subject'> & { flaws: readonly SettingFlawView[] }) {
  return (
    <>
      <Found id="general" says={general({ subject, flaws })} />
      {subject.settings.map((setting) => (
        <Found
          id={fieldId(setting)}
          says={flaws.filter(({ key }) => key !== null && isOf(key, setting)).map((one) => one.says)}
        />
      ))}
    </>
  );
}

function Found({ id, says }: { id: string; says: readonly string[] }) {
  return (
    <template hx type="partial" hx-target={`#flaw-${id}`} hx-swap="innerHTML">
      <FlawLines says={says} />
    </template>
  );
}

function general({ subject, flaws = [] }: Pick<FormProps, 'subject' | 'flaws'>): string[] {
  const others = flaws.filter(({ key }) => !subject.settings.some((one) => key !== null && isOf(key, one)));
  return others.map(({ says }) => says);
}

/** A flaw of one item of a list names it in brackets. */
function isOf(key: string, setting: SettingView): boolean {
  return key === setting.key || key.startsWith(`${setting.key}[`);
}

/** Under which name a form sends the value of a setting. */
export function fieldName({ entry, key, name }: Pick<SettingView, 'entry' | 'key' | 'name'>): string {
  return `value.${entry === null ? key : name}`;
}

function fieldId({ entry, key, name }: SettingView): string {
  return `field-${(entry === null ? key : name).replaceAll('.', '-')}`;
}
