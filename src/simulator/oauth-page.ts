import { encodeText } from './json.ts';
import type { Person } from './oauth-options.ts';
import { bytesReply, type Reply } from './reply.ts';

const escaped = Bun.escapeHTML;

/** A person and a decision are asked for; `asked` goes along. With `userCode` the code is asked for as well. */
export function choicePage(asked: URLSearchParams, people: readonly Person[], userCode?: string): Reply {
  const own = new Set(['decision', 'person', 'user_code']);
  const hidden = [...asked].filter(([name]) => !own.has(name));
  return page(200, [
    '<h1>Sign in to the simulator</h1>',
    '<form method="post">',
    ...hidden.map(
      ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
    ),
    ...(userCode === undefined
      ? []
      : [`<p><label>Code <input name="user_code" value="${escaped(userCode)}"></label>`]),
    '<p><label>As <select name="person">',
    ...people.map(({ name, email }) => `<option value="${escaped(name)}">${escaped(email ?? name)}</option>`),
    '</select></label>',
    '<p><button name="decision" value="approve">Approve</button>',
    '<button name="decision" value="deny">Deny</button>',
    '</form>',
  ]);
}

export function codePage(code: string): Reply {
  return page(200, ['<h1>Copy this code</h1>', `<p><code>${escaped(code)}</code>`]);
}

export function messagePage(status: number, text: string): Reply {
  return page(status, [`<h1>${escaped(text)}</h1>`]);
}

function page(status: number, lines: readonly string[]): Reply {
  const html = ['<!doctype html>', '<meta charset="utf-8">', '<title>Simulator</title>', ...lines, ''];
  const headers = [
    'cache-control',
    'no-store',
    'content-security-policy',
    "default-src 'none'; frame-ancestors 'none'",
  ];
  return bytesReply(encodeText(html.join('\n')), 'text/html; charset=utf-8', status, headers);
}
