import { describe, expect, test } from 'bun:test';
import { Problem } from '../../../src/base/problem.ts';
import { explainConnecting, explainStatement, isSpent } from '../../../src/database/postgres/sqlstates.ts';

const place = 'postgres://ann@db.example.com/proxy';

/** As the driver gives what the server said. */
function said(code: string, more: object = {}): Error {
  return Object.assign(new Error('the words of the server'), { code, severity: 'ERROR', ...more });
}

describe('a statement', () => {
  test.each([
    ['23505', 'database-conflict'],
    ['23503', 'database-conflict'],
    ['53100', 'database-full'],
    ['53300', 'database-crowded'],
    ['53200', 'database-crowded'],
    ['25006', 'database-readonly'],
    ['42501', 'database-refused'],
    ['57014', 'database-slow'],
    ['57P01', 'database-gone'],
    ['08006', 'database-gone'],
    ['55P03', 'database-busy'],
    ['40P01', 'database-busy'],
    ['58030', 'database-io'],
    ['XX001', 'database-damaged'],
    ['XX000', 'database-failed'],
    ['42703', 'database-failed'],
  ])('that fails with %s is %s', (state, code) => {
    const problem = explainStatement(said(state), place);
    expect(problem).toMatchObject({ code, engineCode: state });
    expect(problem.message).toContain(place);
    expect(problem.message).toEndWith(': the words of the server.');
    expect(problem.fix).not.toBe('');
  });

  test('without a word of the server lost its connection', () => {
    for (const error of [new Error('Connection terminated unexpectedly'), said('ECONNRESET')])
      expect(explainStatement(error, place).code).toBe('database-gone');
  });

  test('that met a taken value says so, unless it is the key of the row', () => {
    const taken = (constraint: string) => explainStatement(said('23505', { constraint }), place);
    expect(taken('accounts_name_key_key')).toMatchObject({ isTaken: true });
    expect(taken('accounts_pkey')).toMatchObject({ isTaken: false });
    expect(explainStatement(said('23503', { constraint: 'other' }), place)).toMatchObject({ isTaken: false });
  });

  test('never shows the values that were in its way', () => {
    const error = said('23505', { detail: 'Key (name)=(planted) already exists.', where: 'planted' });
    expect(JSON.stringify(explainStatement(error, place))).not.toContain('planted');
  });
});

describe('a connection', () => {
  const code = (error: unknown) => explainConnecting(error, place).code;

  test('that is refused, starting up or full says which', () => {
    expect(code(said('28P01'))).toBe('database-refused');
    expect(code(said('3D000'))).toBe('database-refused');
    expect(code(said('57P03'))).toBe('database-unreachable');
    expect(code(said('53300'))).toBe('database-crowded');
  });

  test('that does not come about is unreachable', () => {
    for (const name of ['ECONNREFUSED', 'ENOTFOUND', 'ENOENT', 'EHOSTUNREACH'])
      expect(code(Object.assign(new Error('no'), { code: name }))).toBe('database-unreachable');
  });

  test('without TLS where TLS is wanted says what to change', () => {
    const problem = explainConnecting(new Error('The server does not support SSL connections'), place);
    expect(problem.fix).toContain('ssl = on');
  });

  test('whose problem is told already keeps it', () => {
    const problem = new Problem('database-password', 'None.', 'Give one.');
    expect(explainConnecting(problem, place)).toBe(problem);
    expect(explainStatement(problem, place)).toBe(problem);
  });
});

test('a connection is not used again once it broke or leads to a standby', () => {
  const spent = ['57P01', '25006', '23505', '42703'].map((state) =>
    isSpent(explainStatement(said(state), place)),
  );
  expect(spent).toEqual([true, true, false, false]);
});
