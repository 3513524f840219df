import { invalid } from './errors.ts';
import type { MessagesRequest } from './request.ts';

/** Where a thinking block of another organization stood. */
export interface DroppedThinking {
  readonly type: 'thinking_dropped';
  readonly path: string;
  readonly reason: 'organization_binding_mismatch';
}

/** What a signature of ours begins with, decoded. */
const mark = 'simulated thinking';

/** Signs `thinking` for `organization`, so that it can be known again when the conversation comes back. */
export function sign(thinking: string, organization: string): string {
  return Buffer.from([mark, organization, digest(thinking, organization)].join('|')).toString('base64');
}

/**
 * Checks the signatures of all thinking blocks in the history.
 *
 * @param binds the model reads only thinking of its own organization; the rest is dropped without a word
 * @throws ApiError 400 for a signature that was not made here, or not for this text
 */
export function checkSignatures(
  { messages }: MessagesRequest,
  organization: string,
  binds: boolean,
): DroppedThinking[] {
  const dropped: DroppedThinking[] = [];
  for (const [at, { role, content }] of messages.entries()) {
    if (role !== 'assistant') continue;
    for (const [index, block] of content.entries()) {
      if (block['type'] !== 'thinking') continue;
      const path = `messages.${at}.content.${index}`;
      const owner = ownerOf(String(block['thinking']), String(block['signature']));
      if (owner === undefined) throw invalid(`${path}: Invalid \`signature\` in \`thinking\` block`);
      if (binds && owner !== organization)
        dropped.push({ type: 'thinking_dropped', path, reason: 'organization_binding_mismatch' });
    }
  }
  return dropped;
}

function ownerOf(thinking: string, signature: string): string | undefined {
  const [found, owner = '', hash] = Buffer.from(signature, 'base64').toString().split('|');
  return found === mark && hash === digest(thinking, owner) ? owner : undefined;
}

function digest(thinking: string, organization: string): string {
  return Bun.hash(`${organization} ${thinking}`).toString(36);
}
