import { ApiError } from './errors.ts';
import type { Draws } from './ids.ts';
import type { JsonObject } from './json.ts';
import { pageByCursor } from './paging.ts';
import { jsonReply, type Reply } from './reply.ts';
import type { Visit } from './visit.ts';

/** Collections that are only kept and given back: name in the path, type of an object, prefix of its id. */
const collections: Readonly<Record<string, { type: string; prefix: string }>> = {
  agents: { type: 'agent', prefix: 'agent_' },
  environments: { type: 'environment', prefix: 'env_' },
  deployments: { type: 'deployment', prefix: 'depl_' },
  deployment_runs: { type: 'deployment_run', prefix: 'drun_' },
  memory_stores: { type: 'memory_store', prefix: 'memstore_' },
  vaults: { type: 'vault', prefix: 'vlt_' },
  dreams: { type: 'dream', prefix: 'drm_' },
  user_profiles: { type: 'user_profile', prefix: 'uprof_' },
  tunnels: { type: 'tunnel', prefix: 'tnl_' },
};

/** Skills that every workspace has. */
const builtInSkills = ['xlsx', 'pptx', 'docx', 'pdf'].map((name) => ({
  id: name,
  type: 'skill',
  source: { type: 'anthropic' },
  display_name: name,
  latest_version_id: '20251013',
  created_at: '2025-10-13T00:00:00Z',
  updated_at: '2025-10-13T00:00:00Z',
}));

type StoredObject = { readonly id: string } & JsonObject;

/**
 * Objects of a workspace that a gateway has to lead back to the account that made them. They hold what
 * their maker said and do nothing.
 */
export class Objects {
  readonly #objects = new Map<string, { scope: string; collection: string; value: StoredObject }>();
  readonly #draws: Draws;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  get size(): number {
    return this.#objects.size;
  }

  clear(): void {
    this.#objects.clear();
  }

  /** The names of all collections, for the routes. */
  static readonly names: readonly string[] = Object.keys(collections);

  create({ key }: Visit, collection: string, body: JsonObject, now: number): Reply {
    const kind = collections[collection];
    if (kind === undefined) throw new ApiError(404);
    const at = new Date(now).toISOString();
    const value: StoredObject = {
      ...body,
      id: this.#draws.id(kind.prefix),
      type: kind.type,
      created_at: at,
      updated_at: at,
      archived_at: null,
    };
    this.#objects.set(value.id, { scope: key.scope, collection, value });
    return jsonReply(value);
  }

  list({ key, query }: Visit, collection: string): Reply {
    const mine = [...this.#objects.values()]
      .filter((entry) => entry.scope === key.scope && entry.collection === collection)
      .map(({ value }) => value)
      .toReversed();
    return jsonReply(pageByCursor(mine, query));
  }

  get({ key }: Visit, collection: string, id: string): Reply {
    return jsonReply(this.find(key.scope, collection, id));
  }

  update({ key }: Visit, collection: string, id: string, body: JsonObject, now: number): Reply {
    const old = this.find(key.scope, collection, id);
    return jsonReply(
      this.#keep(key.scope, collection, { ...old, ...body, id, updated_at: new Date(now).toISOString() }),
    );
  }

  archive({ key }: Visit, collection: string, id: string, now: number): Reply {
    const old = this.find(key.scope, collection, id);
    return jsonReply(this.#keep(key.scope, collection, { ...old, archived_at: new Date(now).toISOString() }));
  }

  delete({ key }: Visit, collection: string, id: string): Reply {
    const old = this.find(key.scope, collection, id);
    this.#objects.delete(id);
    return jsonReply({ id, type: `${String(old['type'])}_deleted` });
  }

  /** @throws ApiError 404 where the workspace has no such object */
  find(scope: string, collection: string, id: string): StoredObject {
    const entry = this.#objects.get(id);
    if (entry === undefined || entry.scope !== scope || entry.collection !== collection)
      throw new ApiError(404, `${collections[collection]?.type ?? 'object'} not found: ${id}`);
    return entry.value;
  }

  #keep(scope: string, collection: string, value: StoredObject): StoredObject {
    this.#objects.set(value.id, { scope, collection, value });
    return value;
  }
}

/** `GET /v1/skills` and `GET /v1/skills/{id}`: the four that every workspace has. */
export function listSkills({ query }: Visit): Reply {
  return jsonReply(pageByCursor(builtInSkills, query));
}

export function getSkill(id: string): Reply {
  const skill = builtInSkills.find((known) => known.id === id);
  if (skill === undefined) throw new ApiError(404, `skill not found: ${id}`);
  return jsonReply(skill);
}
