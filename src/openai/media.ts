import type { Block } from './conversation.ts';
import { refusal } from './refusal.ts';

/** What the Messages API reads as a picture. */
const pictures: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** A data URL (RFC 2397) in base64: the type in lower case, and the data as it stands. */
interface DataUrl {
  readonly type: string;
  readonly data: string;
}

/**
 * A picture, from a data URL or an address. Addresses are never fetched here: the upstream does that, or refuses to.
 *
 * @throws GatewayError bad_request
 */
export function imageBlock(url: string, place: string): Block {
  if (/^https?:\/\//i.test(url)) return { type: 'image', source: { type: 'url', url } };
  const inline = dataUrl(url);
  if (inline === undefined)
    throw refusal(place, 'a picture is an http or https address, or a data URL in base64.');
  const type = inline.type === 'image/jpg' ? 'image/jpeg' : inline.type;
  if (!pictures.has(type)) throw refusal(place, `pictures are ${[...pictures].join(', ')}.`);
  return { type: 'image', source: { type: 'base64', media_type: type, data: inline.data } };
}

/**
 * A file that comes inside the request: PDF or plain text, as a data URL or as bare base64.
 *
 * @throws GatewayError bad_request
 */
export function fileBlock(data: string, name: string | undefined, place: string): Block {
  const { type, data: base64 } = dataUrl(data) ?? { type: typeOf(name, data), data };
  const title = name === undefined || name === '' ? {} : { title: name };
  if (type === 'application/pdf')
    return { type: 'document', source: { type: 'base64', media_type: type, data: base64 }, ...title };
  if (type.startsWith('text/') || type === 'application/json') {
    const text = Buffer.from(base64, 'base64').toString();
    if (text === '') throw refusal(place, 'the file is empty.');
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: text }, ...title };
  }
  if (pictures.has(type)) return imageBlock(`data:${type};base64,${base64}`, place);
  throw refusal(place, 'files are PDF, text or pictures.');
}

/** A PDF at an address, which the upstream fetches. */
export function fileAtAddress(url: string, place: string): Block {
  if (!/^https?:\/\//i.test(url)) throw refusal(place, 'a file is at an http or https address.');
  return { type: 'document', source: { type: 'url', url } };
}

/** Of bare base64 the name tells, or the first bytes: `%PDF-`. */
function typeOf(name: string | undefined, base64: string): string {
  if (base64.startsWith('JVBERi')) return 'application/pdf';
  const ending = /\.(\w{1,8})$/.exec(name ?? '')?.[1]?.toLowerCase();
  if (ending === 'pdf') return 'application/pdf';
  return ending !== undefined && textEndings.has(ending) ? 'text/plain' : '';
}

const textEndings: ReadonlySet<string> = new Set([
  'txt',
  'md',
  'csv',
  'json',
  'xml',
  'html',
  'log',
  'yaml',
  'yml',
]);

/** No regular expression over the data: it may be megabytes. */
function dataUrl(url: string): DataUrl | undefined {
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(',');
  if (comma === -1 || comma > longestType) return undefined;
  const [type = '', ...parameters] = url.slice('data:'.length, comma).toLowerCase().split(';');
  if (parameters.at(-1)?.trim() !== 'base64') return undefined;
  return { type: type.trim(), data: url.slice(comma + 1) };
}

/** Longer than any type with its parameters (characters). */
const longestType = 300;
