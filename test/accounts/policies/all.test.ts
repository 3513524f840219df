import { expect, it } from 'bun:test';
import { policies } from '../../../src/accounts/policies/all.ts';
import { settingsByKey } from '../../../src/config/settings.ts';

it('has every policy the settings know, and no other', () => {
  const schema = settingsByKey.get('routing.policy')?.setting.kind.schema();
  for (const name of Object.keys(policies)) expect(schema?.safeParse(name).success).toBe(true);
  expect(settingsByKey.get('routing.policy')?.setting.kind.expects.match(/"/g)).toHaveLength(
    2 * Object.keys(policies).length,
  );
});
