/** What a client of the Messages API sends, for who only needs that something is called. */

const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' };

const bodyOf = (text: string, more: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ model: 'claude-opus-5-5', ...more, messages: [{ role: 'user', content: text }] });

/** Sends one message to `url`; resolves with the status of its answer, which was read to its end. */
export async function sendMessage(
  url: string,
  text = 'hello',
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, ...more },
    body: bodyOf(text, { max_tokens: 64 }),
  });
  await answer.text();
  return answer.status;
}

/** Asks for `count` streams, each of a session of its own, until `signal`; resolves when each has begun to be answered. */
export async function openStreams(
  url: string,
  text: string,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const begun = Array.from({ length: count }, (_, at) =>
    fetch(url, {
      method: 'POST',
      headers: { ...headers, 'x-claude-code-session-id': `stream-${at}` },
      body: bodyOf(text, { max_tokens: 64_000, stream: true }),
      signal,
    }),
  );
  // Each is read to its end: an answer that nobody holds is given up by the runtime.
  for (const answer of await Promise.all(begun)) answer.arrayBuffer().catch(() => {});
}
