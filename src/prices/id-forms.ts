/** No id of any vendor is longer; of a longer name nothing but itself is tried (characters). */
const longestId = 200;
/** So many segments in front are taken off. */
const mostRoutes = 6;
/** Elsewhere a `v2` is a model of its own: `deepseek-v3`. */
const revision = /(?<=^claude-.*)-v\d$/;

/**
 * The names under which `model` may be listed, from the name as it is to the plainest, in lower case. Gateways and
 * clouds wrap ids in their own ways:
 *
 * - `claude-opus-4-8[1m]`: the long context window of Claude Code
 * - `bedrock/…`, `anthropic/…`, an ARN: a route in front, up to each slash
 * - `us.anthropic.…`: a region and vendor of Bedrock
 * - `…-v1:0`, `…:thinking`: a revision of Bedrock, a variant of OpenRouter
 * - `…@20250929`: a version of Vertex, which elsewhere is written `…-20250929`
 * - `…-20250929`, `…-2024-08-06`, `…-latest`: a dated id
 * - `claude-sonnet-4.5`: OpenRouter's way to write `claude-sonnet-4-5`
 */
export function formsOf(model: string): readonly string[] {
  const whole = model.toLowerCase();
  if (whole.length > longestId) return [whole];
  const forms = new Set([whole]);
  let name = whole;
  const next = (plainer: string): void => {
    if (plainer === '') return;
    name = plainer;
    forms.add(name);
  };
  next(name.replace(/\[1m\]$/, ''));
  for (const part of name.split('/').slice(0, mostRoutes))
    if (name !== part) next(name.slice(part.length + 1));
  next(name.replace(/^(?:[a-z]{2,6}(?:-[a-z]{2,4})?\.)?anthropic\./, ''));
  next(name.replace(/:.*$/s, ''));
  next(name.replace(revision, ''));
  next(name.replace(/@(?=\d{8}$)/, '-'));
  next(name.replace(/@.*$/s, ''));
  next(name.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, ''));
  next(name.replace(revision, ''));
  next(name.replace(/(?<=\d)\.(?=\d)/g, '-'));
  return [...forms];
}
