import { invalid } from './errors.ts';

const largestPage = 1000;

interface Cursor {
  readonly limit: number;
  readonly afterId: string | undefined;
  readonly beforeId: string | undefined;
}

/**
 * `limit`, `after_id` and `before_id` of a list call.
 *
 * @throws ApiError 400
 */
function decodeCursor(query: URLSearchParams): Cursor {
  const limit = query.get('limit') ?? '20';
  if (!/^\d{1,5}$/.test(limit) || Number(limit) < 1 || Number(limit) > largestPage)
    throw invalid(`limit: Input should be a whole number from 1 to ${largestPage}`);
  const afterId = query.get('after_id') ?? undefined;
  const beforeId = query.get('before_id') ?? undefined;
  if (afterId !== undefined && beforeId !== undefined)
    throw invalid('after_id and before_id cannot both be given');
  return { limit: Number(limit), afterId, beforeId };
}

/**
 * The page of `items` that `after_id`, `before_id` and `limit` ask for, in the form of the lists with ids.
 *
 * @throws ApiError 400
 */
export function pageByIds<Item extends { id: string }>(
  items: readonly Item[],
  query: URLSearchParams,
): { data: Item[]; has_more: boolean; first_id: string | null; last_id: string | null } {
  const { limit, afterId, beforeId } = decodeCursor(query);
  const position = (id: string, name: string): number => {
    const at = items.findIndex((item) => item.id === id);
    if (at === -1) throw invalid(`${name}: nothing has the id ${id}`);
    return at;
  };
  let from = 0;
  let to = items.length;
  if (afterId !== undefined) from = position(afterId, 'after_id') + 1;
  if (beforeId !== undefined) {
    to = position(beforeId, 'before_id');
    from = Math.max(0, to - limit);
  }
  const data = items.slice(from, Math.min(to, from + limit));
  return {
    data,
    has_more: beforeId === undefined ? from + data.length < items.length : from > 0,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/**
 * The page of `items` that `page` and `limit` ask for, in the form of the lists with cursors. `page` is
 * what `next_page` of the page before said.
 *
 * @throws ApiError 400
 */
export function pageByCursor<Item extends { id: string }>(
  items: readonly Item[],
  query: URLSearchParams,
): { data: Item[]; next_page: string | null; prev_page: string | null } {
  const { limit } = decodeCursor(query);
  const page = query.get('page') ?? '';
  if (!/^(page_\d+)?$/.test(page)) throw invalid('page: not a cursor of this list');
  const from = page === '' ? 0 : Number(page.slice('page_'.length));
  const more = from + limit < items.length;
  return {
    data: items.slice(from, from + limit),
    next_page: more ? `page_${from + limit}` : null,
    prev_page: from > 0 ? `page_${Math.max(0, from - limit)}` : null,
  };
}
