/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { GatewayError } from '../../../base/errors.ts';
import { Problem } from '../../../base/problem.ts';
import { SettingsProblem } from '../../../config/flaws.ts';
import { entryName } from '../../../config/setting.ts';
import type { SavedSettingsView, SettingFlawView, SettingsView } from '../../contract-settings.ts';
import { flawView } from '../../setting-changes.ts';
import { fieldsOf } from '../fields.ts';
import type { PageContext, PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import type { ToastProps } from '../parts/toast.tsx';
import { Checked, SettingsForm, type Subject } from './form.tsx';
import { SettingsContent, SettingsPage, settingsShortcuts } from './page.tsx';
import { RemoveTable } from './remove.tsx';
import { changesIn, subjectOf } from './subject.ts';

/** Adds the page of the settings, the forms in which they are changed, and what checks them while they are typed. */
export function addSettingsPages(app: Hono<PageEnv>, pages: Pages): void {
  const { answering, sources } = pages;
  const { settings } = sources;
  app.get('/settings', async (c) =>
    answering.page(
      c,
      { title: 'Settings', current: 'settings', shortcuts: settingsShortcuts },
      <SettingsPage view={await settings.view()} />,
    ),
  );
  app.get('/settings/content', async () => answering.part(<SettingsContent view={await settings.view()} />));
  for (const path of ['/settings/edit', '/settings/add'])
    app.get(path, async (c) => {
      const view = await settings.view();
      return answering.part(<SettingsForm subject={subjectOf(view, c.req.query())} base={view.file.base} />);
    });
  app.post('/settings/check', async (c) => {
    const fields = await fieldsOf(c);
    const subject = subjectOf(await settings.view(), fields);
    const flaws = nameFlaws(subject, fields) ?? (await settings.check(changesIn(subject, fields)));
    return answering.part(<Checked subject={subject} flaws={flaws} />);
  });
  app.post('/settings', async (c) => save(c, pages));
  addRemoval(app, pages);
}

async function save(c: PageContext, { answering, sources: { settings, log } }: Pages): Promise<Response> {
  const fields = await fieldsOf(c);
  const view = await settings.view();
  const subject = subjectOf(view, fields);
  const refused = (flaws: readonly SettingFlawView[], problem?: Problem): Promise<Response> =>
    answering.part(
      <SettingsForm subject={subject} base={view.file.base} typed={fields} flaws={flaws} problem={problem} />,
      422,
    );
  const flaws = nameFlaws(subject, fields) ?? alreadyThere(view, subject, fields);
  if (flaws !== undefined) return refused(flaws);
  try {
    const changes = changesIn(subject, fields);
    // A table is there once it says something.
    if (changes.length === 0 && subject.what !== undefined)
      return await refused([{ key: null, says: 'It says nothing yet: fill in at least one field.' }]);
    const saved = await settings.save(changes, fields['base'] ?? '');
    log.info('settings changed on the page', {
      keys: changes.map(({ key }) => key).join(' '),
      by: c.var.asker.name,
    });
    return await answering.done(savedToast(saved));
  } catch (error) {
    if (error instanceof SettingsProblem) return refused(error.flaws.map(flawView));
    if (error instanceof Problem) return refused([], error);
    throw error;
  }
}

/** What came of a change, for whoever made it. */
function savedToast({ changed, waitingForRestart }: SavedSettingsView): ToastProps {
  if (waitingForRestart.length > 0)
    return {
      tone: 'calm',
      title: 'Saved',
      text: 'It takes effect when the proxy is started the next time.',
    };
  return {
    tone: 'good',
    title: 'Saved',
    text: changed.length > 0 ? 'It is in effect.' : 'It was so already.',
  };
}

/** A table needs a name before anything in it can be checked. */
function nameFlaws(
  { what }: Subject,
  { entry = '' }: Readonly<Record<string, string>>,
): SettingFlawView[] | undefined {
  if (what === undefined || entryName.test(entry)) return undefined;
  const says = 'The name must be lower case letters, digits, “-” and “_”, up to 40.';
  return [{ key: null, says }];
}

/** A new table must not write over one that is there. */
function alreadyThere(
  { sections }: SettingsView,
  { what }: Subject,
  { entry = '', section = '' }: Readonly<Record<string, string>>,
): SettingFlawView[] | undefined {
  const isThere = sections.some(({ name, entries }) => name === section && entries.includes(entry));
  return what !== undefined && isThere
    ? [{ key: null, says: `There is a [${section}.${entry}] already: change that.` }]
    : undefined;
}

function addRemoval(app: Hono<PageEnv>, { answering, sources }: Pages): void {
  const { settings, log } = sources;
  app.get('/settings/remove', async (c) => {
    const view = await settings.view();
    const table = tableIn(view, c.req.query('table'));
    return answering.part(<RemoveTable table={table} base={view.file.base} />);
  });
  app.post('/settings/remove', async (c) => {
    const fields = await fieldsOf(c);
    const view = await settings.view();
    const table = tableIn(view, fields['table']);
    try {
      await settings.save([{ key: table, value: null }], fields['base'] ?? '');
      log.info('settings changed on the page', { keys: table, by: c.var.asker.name });
      return await answering.done({ tone: 'good', title: `Removed ${table}` });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(<RemoveTable table={table} base={view.file.base} problem={error} />, 422);
    }
  });
}

/** @throws GatewayError not_found */
function tableIn({ sections }: SettingsView, table = ''): string {
  const found = sections.some(({ name, entries }) => entries.some((entry) => `${name}.${entry}` === table));
  if (found) return table;
  throw new GatewayError('not_found', 'There is no such table in the settings.');
}
